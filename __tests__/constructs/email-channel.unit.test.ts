import { EmailChannel } from '../../constructs/email-channel.ts';
import { Template } from '../support/template.ts';

test('is one channel to one address', () => {
  const template = Template.of(
    (scope) => new EmailChannel(scope, 'people', { title: 'people', address: 'ada@example.com' }),
  );
  expect(template.inventory).toEqual({ monitoring_notification_channel: 1 });
  expect(template.only('google_monitoring_notification_channel')).toMatchObject({
    type: 'email',
    labels: { email_address: 'ada@example.com' },
  });
});
