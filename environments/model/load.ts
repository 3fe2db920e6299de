import { readdirSync } from 'node:fs';
import {
  type AlertSettings,
  type BudgetSettings,
  type Environment,
  type EnvironmentFile,
  isWithout,
} from './environment.ts';
import { EnvironmentError } from './fault.ts';
import { environmentFaults } from './validate.ts';

/** The variables that stand in for what an environment's file leaves out. */
interface EnvironmentVariables {
  readonly BEATFLOW_ENVIRONMENT?: string | undefined;
  readonly BEATFLOW_PROJECT?: string | undefined;
  readonly BEATFLOW_PROJECT_NUMBER?: string | undefined;
  readonly BEATFLOW_REGION?: string | undefined;
  readonly BEATFLOW_ALERT_EMAIL?: string | undefined;
  readonly BEATFLOW_BILLING_ACCOUNT?: string | undefined;
}

const folder = new URL('../', import.meta.url);

/** The names of all environments: the files beside this folder. */
export function environmentNames(): readonly string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.slice(0, -'.ts'.length))
    .sort();
}

/**
 * The environment that `BEATFLOW_ENVIRONMENT` names, completed from the variables and checked. A variable wins over
 * the file, so that one checkout can be tried in another project.
 * @throws EnvironmentError with every fault
 */
export async function loadEnvironment(variables: EnvironmentVariables): Promise<Environment> {
  const name = variables.BEATFLOW_ENVIRONMENT ?? '';
  const known = environmentNames();
  if (!known.includes(name)) {
    const expected = `one of ${known.join(', ')} (the files in environments/)`;
    throw new EnvironmentError([{ at: 'BEATFLOW_ENVIRONMENT', got: name, expected }]);
  }
  const { default: file }: { default: EnvironmentFile } = await import(new URL(`${name}.ts`, folder).href);
  return completeEnvironment(name, file, variables);
}

/**
 * Completes an environment's file from the variables and checks the whole.
 * @throws EnvironmentError with every fault
 */
export function completeEnvironment(
  name: string,
  file: EnvironmentFile,
  variables: EnvironmentVariables,
): Environment {
  const given = (variable: string | undefined, inFile: string | undefined) => variable || inFile || '';
  const environment: Environment = {
    ...file,
    name,
    project: given(variables.BEATFLOW_PROJECT, file.project),
    projectNumber: given(variables.BEATFLOW_PROJECT_NUMBER, file.projectNumber),
    region: given(variables.BEATFLOW_REGION, file.region),
    prefix: file.prefix ?? 'beatflow',
    processing: file.processing ?? { kind: 'consumer' },
    labels: file.labels ?? {},
    alerts: isWithout(file.alerts)
      ? file.alerts
      : withEmail(file.alerts, given(variables.BEATFLOW_ALERT_EMAIL, file.alerts.email)),
    budget: isWithout(file.budget)
      ? file.budget
      : withAccount(file.budget, given(variables.BEATFLOW_BILLING_ACCOUNT, file.budget.billingAccount)),
  };
  const faults = environmentFaults(environment);
  if (faults.length > 0) throw new EnvironmentError(faults);
  return environment;
}

const withEmail = (alerts: AlertSettings, email: string) => ({ ...alerts, email });
const withAccount = (budget: BudgetSettings, billingAccount: string) => ({ ...budget, billingAccount });
