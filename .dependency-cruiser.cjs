const programs = ['generator', 'consumer', 'loader', 'dashboard', 'provision', 'spark'];

/** The chain of imports: contract and program <- kafka, lake, warehouse <- the programs <- local and the cli. */
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'contract-and-program-import-nothing-of-ours',
      severity: 'error',
      from: { path: '^runtime/(contract|program)/' },
      to: { path: '^(runtime|stacks|constructs|environments)/', pathNot: '^runtime/$1/' },
    },
    {
      name: 'seams-import-only-contract-and-program',
      severity: 'error',
      from: { path: '^runtime/(kafka|lake|warehouse)/' },
      to: { path: '^runtime/', pathNot: '^runtime/(contract|program|$1)/' },
    },
    {
      name: 'raw-tables-and-marts-share-only-what-stands-above-them',
      severity: 'error',
      from: { path: '^runtime/warehouse/(raw|marts)/' },
      to: { path: '^runtime/warehouse/(raw|marts)/', pathNot: '^runtime/warehouse/$1/' },
    },
    {
      name: 'browser-and-server-share-only-what-is-in-shared',
      severity: 'error',
      from: { path: '^runtime/dashboard/page/' },
      to: {
        path: '^runtime/',
        pathNot: '^runtime/(dashboard/(page|shared)|contract)/',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'what-browser-and-server-share-imports-only-the-contract',
      severity: 'error',
      from: { path: '^runtime/dashboard/shared/' },
      to: { pathNot: '^runtime/(dashboard/shared|contract)/' },
    },
    ...programs.map((program) => ({
      name: `${program}-imports-no-other-program`,
      severity: 'error',
      from: { path: `^runtime/${program}/` },
      to: { path: `^runtime/(${programs.filter((other) => other !== program).join('|')}|local)/` },
    })),
    {
      name: 'infrastructure-takes-only-contract-and-config',
      severity: 'error',
      from: { path: '^(stacks|constructs|environments)/' },
      to: { path: '^runtime/', pathNot: '^runtime/(contract/|[a-z]+/config\\.ts$)' },
    },
    {
      name: 'no-unresolved',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^(geojson|topojson-specification)$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    parser: 'swc',
    enhancedResolveOptions: { extensions: ['.ts', '.js', '.mjs', '.json'] },
  },
};
