import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { ElementPlusResolver } from 'unplugin-vue-components/resolvers'
import components from 'unplugin-vue-components/vite'
import { defineConfig } from 'vite'

/*
 * Everything is served by the program itself under a content policy without inline script or
 * style elements, so nothing may be inlined into index.html and every style sheet is a file.
 */
export default defineConfig({
  plugins: [
    vue(),
    // <el-…> and src/components/* need no import line; types come from tsconfig.json
    components({
      dirs: ['src/components'],
      dts: 'components.d.ts', // for npm run check; not kept
      resolvers: [ElementPlusResolver({ importStyle: 'css', directives: true })],
    }),
  ],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  define: {
    __VUE_OPTIONS_API__: true,
    __VUE_PROD_DEVTOOLS__: false,
    __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: false,
    __VUE_I18N_FULL_INSTALL__: true,
    __VUE_I18N_LEGACY_API__: false,
    __INTLIFY_PROD_DEVTOOLS__: false,
    __INTLIFY_JIT_COMPILATION__: true, // messages become a tree that is walked: no eval
  },
  build: {
    target: ['chrome86', 'firefox102', 'safari15'], // government desktops: older Chromium
    assetsInlineLimit: 0, // no data: addresses
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
    reportCompressedSize: false,
    rollupOptions: {
      output: {
        entryFileNames: 'assets/[name]-[hash].js',
        chunkFileNames: 'assets/[name]-[hash].js',
        assetFileNames: 'assets/[name]-[hash][extname]',
        // few files, HTTP/1.1 pays for each request; Element Plus is left to the bundler, since
        // a manual chunk would take in every component it has
        experimentalMinChunkSize: 16_000,
        manualChunks(id) {
          if (/\/node_modules\/(echarts|zrender|tslib)\//.test(id)) return 'chart'
          if (/\/node_modules\/(@?vue|@vue|vue-router|vue-i18n|@intlify|pinia)\//.test(id)) return 'vue'
          return undefined
        },
      },
    },
  },
  server: { proxy: { '/api': process.env.WANGXUN ?? 'http://127.0.0.1:8080' } },
})
