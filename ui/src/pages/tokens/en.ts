export default {
  title: "Programs' tokens", explain: 'For programs that call the API. A token may do only what is listed and ends by itself.', name: 'Purpose', nameHint: 'such as: register synchronisation', days: 'Valid for days',
  operations: 'Operations', expires: 'Expires', used: 'Last used', never: 'never', end: 'Revoke', empty: 'There are no tokens yet.', new: 'New token', make: 'Make the token',
  once: 'The token is shown this once. Put it into the file of secrets of the program now.',
}
