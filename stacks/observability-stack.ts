import type { App } from 'cdktf';
import { Alert } from '../constructs/alert.ts';
import { Budget } from '../constructs/budget.ts';
import { EmailChannel } from '../constructs/email-channel.ts';
import { runAfter } from '../constructs/helpers/order.ts';
import { IdentityAwareProxy } from '../constructs/identity-aware-proxy.ts';
import { artifactsMount } from '../constructs/job.ts';
import { LogMetric } from '../constructs/log-metric.ts';
import { MonitoringPage } from '../constructs/monitoring-page.ts';
import { WebService } from '../constructs/web-service.ts';
import { isWithout } from '../environments/model/environment.ts';
import { alertsOf } from './alerts.ts';
import { BeatflowStack, type StackProps } from './beatflow-stack.ts';
import { graphsOf } from './graphs.ts';
import { newReportLink } from './looker-studio.ts';
import { signalMetrics } from './measured.ts';
import { pagePort } from './ports.ts';
import { nodeImage, pageEnvironment } from './program-environments.ts';

/** What people look at: the page, graphs, alerts, the budget, and links to reports. */
export class ObservabilityStack extends BeatflowStack {
  constructor(scope: App, props: StackProps) {
    super(scope, 'observability', props);
    this.#addPage(props);
    this.#addMonitoring();
    for (const mart of props.artifacts.marts) {
      this.output(
        `report_${mart}`,
        `Opens a new Looker Studio report on the mart ${mart}`,
        newReportLink({
          project: this.environment.project,
          dataset: this.names.bigQueryDataset('marts'),
          table: mart,
        }),
      );
    }
  }

  /** The budget's API wants to know which project asks. */
  protected override providerSettings() {
    return { userProjectOverride: true, billingProject: this.environment.project };
  }

  #addPage({ artifacts }: StackProps): void {
    const { environment, names } = this;
    const { domain, viewers } = environment.dashboard;
    const callers = domain === undefined ? viewers : [names.agents.iap];
    const page = new WebService(this, 'page', {
      name: names.dashboard,
      location: environment.region,
      image: names.image(nodeImage),
      command: ['node'],
      args: [`${artifactsMount}/${artifacts.programs.dashboard.name}`],
      environment: pageEnvironment(environment, names),
      account: names.email('dashboard'),
      artifactsBucket: names.bucket('artifacts'),
      port: pagePort,
      memoryMib: 512,
      ingress: domain === undefined ? 'direct' : 'load-balancer',
      maxInstances: 2,
      grants: callers.map((member) => ({ role: 'roles/run.invoker', member })),
    });
    if (domain === undefined) {
      this.output(
        'page',
        'Serves the page on http://localhost:8080 for whoever is named in dashboard.viewers, or owns the project',
        `gcloud run services proxy ${names.dashboard} --project ${environment.project} --region ${environment.region} --port 8080`,
      );
      return;
    }
    const proxy = new IdentityAwareProxy(this, 'proxy', {
      name: names.dashboard,
      region: environment.region,
      service: names.dashboard,
      domain,
      viewers,
    });
    runAfter(proxy, page);
    this.output('page', 'The page, once the domain points to page_address', `https://${domain}`);
    this.output('page_address', `Address for the A record of ${domain}`, proxy.address.address);
  }

  #addMonitoring(): void {
    const { environment, names } = this;
    const { alerts, budget, kafka, orchestration } = environment;
    const metrics = new Map(
      Object.entries(signalMetrics(names, environment.processing.kind)).map(([id, props]) => [
        id,
        new LogMetric(this, id, props),
      ]),
    );
    const metric = (id: string): string => {
      const found = metrics.get(id);
      if (!found)
        throw new Error(`no signal is measured as ${id}; there are ${[...metrics.keys()].join(', ')}`);
      return found.type;
    };
    const measured = {
      orchestration: orchestration.kind,
      metric,
      brokerDisk: kafka.service.kind === 'vm',
      processing: environment.processing.kind,
    };
    const page = new MonitoringPage(this, 'charts', {
      title: `${names.base} pipeline`,
      graphs: graphsOf(names, measured),
    });
    runAfter(page, ...metrics.values());

    const channels = isWithout(alerts)
      ? []
      : [
          new EmailChannel(this, 'people', { title: `${names.base} alerts`, address: alerts.email })
            .channelId,
        ];
    if (!isWithout(alerts)) {
      for (const [id, alert] of Object.entries(alertsOf(alerts, names, measured))) {
        runAfter(new Alert(this, id, { ...alert, channels }), ...metrics.values());
      }
    }
    if (!isWithout(budget)) {
      new Budget(this, 'budget', {
        name: names.base,
        billingAccount: budget.billingAccount,
        projectNumber: environment.projectNumber,
        monthlyUsd: budget.monthlyUsd,
        channels,
      });
    }
  }
}
