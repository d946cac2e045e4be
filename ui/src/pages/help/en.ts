export default {
  title: 'Help',
  topicsLabel: 'Topics',
  topics: {
    start: {
      title: 'What to do first',
      parts: [
        {
          heading: 'The office: from nothing to the first result',
          steps: [
            'Enter or import the register of units and sites. Paste a table or upload XLSX or CSV; the rows that need mending are pointed out.',
            'Issue a permit: which sites, when and how fast. Without one nothing is sent to any site.',
            'Start the inspection and follow it under Inspection. You need not stay on the page.',
            'Read the findings. “Suspected” needs a person to look; “not determined” means it could not be measured and counts neither as good nor as bad.',
            'Tell the unit, wait for its answer, re-inspect; a finding that passes is closed.',
          ],
        },
        {
          heading: 'A unit: when a finding arrives',
          steps: [
            'Open it; look at where it is and at the proof, and make sure the page is yours.',
            'Follow “how to fix”, then check by “how to verify”.',
            'Describe what was done and submit it. If it is returned, the reason stands in its history.',
            'If you disagree, say so in a comment; an inspector decides.',
          ],
        },
        {
          heading: 'An inspection harms a site',
          text: ['Whoever has the right presses Emergency stop at the top of the page; everything stops at once. Everybody else calls the office.'],
        },
      ],
    },
    roles: {
      title: 'Roles and rights',
      parts: [
        {
          heading: 'Who sees what',
          text: [
            'Everybody sees only what is theirs to look after: a superior sees those below, neighbours never see each other.',
            'What you may not see looks exactly like something that does not exist.',
          ],
        },
        {
          heading: 'The main roles',
          words: [
            ['Office', 'keeps register, permits and inspections, accepts rectification, sees all units.'],
            ['Leader', 'sees the whole and its trend, approves.'],
            ['Inspector', 'inspects, checks and re-inspects within the units assigned.'],
            ['Unit', 'sees its own findings, mends and reports, keeps its own register.'],
            ['Agency', 'works only for entrusted units and only within the agreed time.'],
            ['System administrator', 'keeps the server running and sees no results.'],
            ['Security administrator', 'manages accounts and rights, does no inspection work.'],
            ['Auditor', 'reads and verifies the log of acts and changes nothing.'],
          ],
        },
        {
          heading: 'Nobody approves his own act',
          text: ['Whoever proposes cannot approve. Anything deeper than looking needs two persons. Exports, permits and the like ask for a fresh code.'],
        },
      ],
    },
    findings: {
      title: 'Findings and rectification',
      parts: [
        {
          heading: 'Verdicts',
          words: [
            ['Fail', 'proved; must be mended.'],
            ['Suspected', 'there are signs; counts only after a person has looked.'],
            ['Not determined', 'the site did not answer, refused or could not be measured, with the reason. Counted neither as fail nor as pass.'],
            ['Pass', 'looked at and in order.'],
            ['Not applicable', 'does not concern this site.'],
          ],
        },
        {
          heading: 'The way of a finding',
          steps: ['New', 'Unit notified', 'Being fixed', 'Rectification submitted', 'Re-inspection', 'Closed when it passes, returned when not'],
        },
        {
          heading: 'Dismissal',
          text: ['Only an inspector dismisses, with a reason, a note and an end date. When that date comes the finding is listed again.'],
        },
      ],
    },
    filter: {
      title: 'Filters and keyboard',
      parts: [
        {
          heading: 'How to write a filter',
          words: [
            ['portal', 'searches for the word'],
            ['"open government"', 'quotes around words with spaces'],
            ['state:running', 'a field equals a value'],
            ['severity:high,critical', 'one of these'],
            ['-state:closed', 'not equal'],
            ['updated>=2026-01-01', 'dates and numbers can be compared'],
            ['is:retired', 'records no longer in force'],
          ],
          text: ['The filter is part of the address: keep it or send it, it opens the same filter (others see only what is theirs).'],
        },
        {
          heading: 'Keyboard',
          words: [
            ['j / k', 'next / previous'],
            ['x', 'select or not'],
            ['Enter', 'open'],
            ['/', 'to the filter'],
            ['Esc', 'leave the filter'],
          ],
        },
      ],
    },
    words: {
      title: 'Words',
      parts: [
        {
          heading: 'Often used',
          words: [
            ['Register', 'the record of units, sites, applications and the like.'],
            ['Permit', 'a signed paper saying what may be inspected, when and how fast. Nothing is sent without it.'],
            ['Inspection', 'visiting a site under a permit and writing down what was seen.'],
            ['Observation', 'what was seen, as it was; judged again when rules change, and proof.'],
            ['Judging', 'drawing verdicts from observations by rules.'],
            ['Evidence', 'the original content a verdict rests on, with its checksum.'],
            ['Re-inspection', 'inspecting the same finding again after rectification.'],
            ['Hidden link', 'a link in the page that readers cannot see.'],
            ['Off-site link', 'a link to somewhere else.'],
          ],
        },
      ],
    },
  },
}
