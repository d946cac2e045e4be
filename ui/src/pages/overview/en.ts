export default {
  title: 'Overview', waiting: 'Waiting for you', at: 'as of {time}', nothing: 'There is nothing to sum up for your role.',
  first: { title: 'Begin here', explain: 'The register has no sites yet. The wizard has four steps: paste or upload the list of sites, check it, issue the permit, inspect.', go: 'Open the wizard' },
  numbers: {
    title: 'Five numbers', sites: 'Sites', units: 'Units', left: 'Sites with open findings', overdue: 'Overdue', median: 'Median time to close',
    determined: '{n} determined', withSites: '{n} with sites', leftSites: '{n} sites', aged: '{n} findings older than {days} days', days: 'days, found to closed',
  },
  target: {
    plain: 'Share of sites with vulnerabilities', title: 'Share of sites with vulnerabilities (target: under {percent} %)',
    explain: 'The notice names neither a severity nor whether rectified ones count, so three readings stand side by side; they are this product’s own. They are shares of determined sites; those that could not be determined are told apart.',
    kind: 'Kind of unit', all: 'All', noKind: 'Kind not stated', any: 'Any severity', medium: 'Medium and up', after: 'After rectification', undetermined: 'Not determined', never: 'Never inspected', met: 'met', missed: 'missed',
  },
  stage: { registered: 'Registered', inspected: 'Inspected', found: 'With findings', confirmed: 'Confirmed', fixing: 'Being fixed', fixed: 'Fixed', closed: 'Closed' },
  funnel: { title: 'Course', stage: 'Stage', sites: 'Sites', findings: 'Findings', explain: 'A stage counts sites all of whose findings have got there.' },
  trend: { title: 'Found and closed by week', week: 'Week (Monday)', found: 'Found', closed: 'Closed' },
  units: {
    title: 'Units', look: 'Shown as', tiles: 'Tiles', bars: 'Bars', map: 'Map', bring: 'Import a map (GeoJSON)', takeAway: 'Remove the map', unit: 'Unit', sites: 'Sites', left: 'With open findings',
    clean: 'None found or all closed', unknown: 'Not determined', share: 'Share', findings: 'Open findings', overdue: 'Overdue', tile: '{left} of {sites} sites', late: '{n} overdue', some: '{n} of {all} units, those with most findings first.',
  },
  due: { title: 'To be fixed, by the day it is due', none: 'Nothing is due.', due: 'Due', severity: 'Severity', finding: 'Finding', site: 'Site', unit: 'Unit', state: 'State' },
  work: {
    title: 'Waiting', to_confirm: 'to confirm', to_verify: 'to verify', to_decide: 'proposed dismissals', retests: 'to inspect again', marked: 'Findings marked for your authority', windows: 'Engagements in force', noWindow: 'No engagement is in force now.',
    unit: 'Unit', begins: 'Begins', ends: 'Ends',
  },
  server: {
    title: 'The server', accounts: 'Accounts in use', waiting_accounts: 'Accounts to approve', sessions: 'Sessions', failed_deliveries: 'Failed deliveries, last day', audit_events: 'Audit events', last_checkpoint: 'Last checkpoint',
    users: 'Accounts', delivery: 'Deliveries', audit: 'Search and verify the audit trail',
  },
}
