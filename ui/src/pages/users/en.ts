export default {
  title: 'Accounts', one: 'Account', explain: 'An account comes into use by a one-time invitation; its owner sets password and second factor. Nobody gives himself a role.',
  login: 'Login', loginHint: 'small letters, digits, dots, hyphens', name: 'Name', email: 'E-mail', state: 'State', roles: 'Roles',
  wanted: 'Roles to be approved', totp: 'Second factor', seen: 'Last seen', never: 'never', created: 'Made', empty: 'There are no other accounts yet.',
  invite: 'Invite somebody', makeLink: 'Make the invitation', unit: 'Unit', agency: 'Agency', needsApproval: '(a security administrator approves it)',
  linkExplain: 'Hand the link to its owner by a way you trust. It is shown this once, works once, and until {until}.',
  copy: 'Copy the link', copied: 'Copied', done: 'Done', self: 'Another administrator takes care of your own account.',
  approve: 'Approve the roles', lock: 'Lock', unlock: 'Unlock', lockExplain: 'All sessions and tokens of {name} end at once.', unlockExplain: '{name} can sign in again.',
  reset: 'Invite anew', resetExplain: 'Password, second factor, sessions and tokens of {name} end at once, and a new invitation is made.',
  vetted: 'Vetting', vettedUntil: 'Passed, valid until {until}.', notVetted: 'Not vetted yet; takes no part in inspections.', vetPass: 'Vetting passed', vetTakeBack: 'Take the vetting back', vetNote: 'On what grounds?',
  assignments: 'Assigned units', assignmentsExplain: 'Inspectors and technical teams see only the units assigned to them, only within the time.', noAssignments: 'No unit is assigned yet.',
  below: 'with units below', from: 'From', until: 'Until', span: 'From and until', assign: 'Assign', remove: 'Take back',
}
