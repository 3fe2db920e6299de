import { MonitoringNotificationChannel } from '@cdktf/provider-google/lib/monitoring-notification-channel/index.js';
import { Construct } from 'constructs';

interface EmailChannelProps {
  readonly title: string;
  readonly address: string;
}

/** Where alerts are mailed to. */
export class EmailChannel extends Construct {
  readonly channelId: string;

  constructor(scope: Construct, id: string, { title, address }: EmailChannelProps) {
    super(scope, id);
    this.channelId = new MonitoringNotificationChannel(this, 'channel', {
      displayName: title,
      type: 'email',
      labels: { email_address: address },
    }).id;
  }
}
