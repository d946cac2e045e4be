export default {
  title: 'Mail and webhooks', mail: 'Mail server', host: 'Server', port: 'Port', security: 'Encryption', tls: 'TLS', starttls: 'STARTTLS', none: 'none', user: 'Account', password: 'Password', kept: 'kept; leave empty to keep it',
  from: 'Sender address', fromName: 'Sender name', on: 'Send mail', testTo: 'Address for a test', test: 'Send a test mail', tested: 'The test mail was sent',
  hooks: 'Webhooks', hooksExplain: 'They hold type and number of an event only, no finding, and are signed.', edit: 'Add or change webhooks', log: 'Deliveries', newSecret: 'New secret', ping: 'Send a test', secretOnce: 'The secret is shown this once. Hand it to the receiver.',
  logOf: 'Deliveries of {name}', mailLog: 'Mail deliveries', nothing: 'Nothing was sent yet.', at: 'Time', event: 'Event', state: 'State', attempts: 'Attempts', last: 'Last result', resend: 'Send again', queued: 'Queued',
  outcome: { ok: 'done', refused: 'refused', timeout: 'timed out' },
}
