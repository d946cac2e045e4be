import 'element-plus/theme-chalk/dark/css-vars.css'
import './style/theme.css'
import './style/base.css'
import 'element-plus/es/components/message/style/css'
import 'element-plus/es/components/message-box/style/css'
import { ElDialog } from 'element-plus'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import { setGate } from '@/api/client'
import { trustNothing } from '@/api/trusted'
import { followLang, i18n } from '@/i18n'
import { router } from '@/router'
import { usePreferences } from '@/stores/preferences'
import { usePrompts } from '@/stores/prompts'
import { useSession } from '@/stores/session'
import App from './App.vue'

trustNothing()
// a dialog's <header> in <body> would be a second banner of the page; in a section it is none
ElDialog.setPropsDefaults({ appendTo: '#dialogs' })
const app = createApp(App)
app.use(createPinia())
app.use(i18n)
const preferences = usePreferences()
const session = useSession()
const prompts = usePrompts()

setGate({
  lang: () => preferences.lang,
  // without a session there is no page to keep: the router shows the sign-in page
  signIn: () => (session.isSignedIn ? prompts.ask('signIn') : Promise.resolve(false)),
  stepUp: () => prompts.ask('stepUp'),
  sent: () => (session.usedAt = Date.now()),
})

void followLang(() => preferences.lang).then(() => {
  app.use(router)
  app.mount('#app')
})
