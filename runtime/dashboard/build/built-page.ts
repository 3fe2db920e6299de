/** The page as it was built. */
export interface BuiltPage {
  readonly html: string;
  readonly files: readonly { readonly name: string; readonly base64: string }[];
}

/** The page that a deployed bundle carries: `artifacts/embed-page.ts` puts it here. Undefined where sources run. */
export const builtPage: BuiltPage | undefined = undefined;
