export default {
  title: 'API', explain: 'Everything the interface does is a call of the API. For programs (OpenAPI 3.1):', example: 'Examples of calls', search: 'Search path, summary or right', found: '{n} of {all} operations',
  right: 'Right', parameters: 'Parameters', name: 'Name', place: 'Place', type: 'Type', meaning: 'Meaning', body: 'Body', answers: 'Answers', status: 'Status', required: 'required', readOnly: '(read only)', show: 'show {name}', close: 'Close',
  condition: { not_own: 'not one’s own', step_up: 'second proof', person: 'in person' },
}
