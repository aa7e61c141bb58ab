/// <reference types="vitest/config" />
import { lingui } from "@lingui/vite-plugin"
import { tanstackRouter } from "@tanstack/router-plugin/vite"
import react from "@vitejs/plugin-react"
import { defineConfig } from "vite"
import { early } from "./early.ts"
import { messages } from "./messages.ts"
import { precompress } from "./precompress.ts"

const SERVER = process.env.WFHSERVER_URL ?? "http://127.0.0.1:8000"
const FIRST_ROUTES: string[] = ["/_app", "/_app/"]

export default defineConfig({
  plugins: [
    tanstackRouter({
      target: "react",
      autoCodeSplitting: true,
      // The first page is part of the program: its rows wait for no other file.
      codeSplittingOptions: {
        splitBehavior: ({ routeId }) => (FIRST_ROUTES.includes(routeId) ? [] : undefined),
      },
      semicolons: false,
      quoteStyle: "double",
      routeFileIgnorePattern: ".test.",
    }),
    messages(),
    lingui({ failOnCompileError: true }),
    react(),
    early(),
    precompress(),
  ],
  resolve: { tsconfigPaths: true },
  // The server replaces it by a new nonce for each response.
  html: { cspNonce: "CSP_NONCE" },
  build: {
    outDir: "../src/wfhserver/dashboard_files",
    emptyOutDir: true,
    // No data: URLs: the page's policy allows them for images only.
    assetsInlineLimit: 0,
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    reportCompressedSize: false,
    // Every one of these browsers knows it.
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        // Modules that the same pages need are one file: on a phone each file costs a round trip.
        codeSplitting: {
          groups: [
            { name: "first", tags: ["$initial"] },
            { name: "program", test: /\/src\/main\.tsx$/ },
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
    // React logs each error that a test provokes.
    silent: "passed-only",
    reporters: ["dot"],
    testTimeout: 60_000,
    env: { TZ: "Europe/Vienna" },
  },
})
