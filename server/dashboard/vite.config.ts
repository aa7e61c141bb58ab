import { tanstackRouter } from "@tanstack/router-plugin/vite"
import react from "@vitejs/plugin-react"
import { defineConfig } from "vitest/config"
import { early } from "./early.ts"
import { precompress } from "./precompress.ts"

const SERVER = process.env.WFHSERVER_URL ?? "http://127.0.0.1:8000"

export default defineConfig({
  plugins: [
    tanstackRouter({
      target: "react",
      autoCodeSplitting: true,
      semicolons: false,
      quoteStyle: "double",
      routeFileIgnorePattern: ".test.",
    }),
    react(),
    early(),
    precompress(),
  ],
  resolve: { tsconfigPaths: true },
  // The server puts a new nonce in its place, for each time that it sends the page.
  html: { cspNonce: "CSP_NONCE" },
  build: {
    outDir: "../src/wfhserver/dashboard_files",
    emptyOutDir: true,
    // Nothing becomes a data: address; the policy of the page allows pictures only.
    assetsInlineLimit: 0,
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    reportCompressedSize: false,
    rolldownOptions: {
      output: {
        // Parts that the same pages need are one file: on a telephone each file costs a way there and back.
        codeSplitting: {
          groups: [
            { name: "program", tags: ["$initial"] },
            { name: "parts", minShareCount: 4 },
          ],
        },
      },
    },
  },
  server: { proxy: { "/api": SERVER } },
  test: {
    environment: "jsdom",
    globals: true,
    setupFiles: ["src/testing/setup.ts"],
    css: false,
    // React tells of each error that a test provokes.
    silent: "passed-only",
    reporters: ["dot"],
    testTimeout: 60_000,
    env: { TZ: "Europe/Vienna" },
  },
})
