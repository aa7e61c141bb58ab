/** Colors, fonts and shapes, together with styles.css. */
import {
  type CSSVariablesResolver,
  createTheme,
  defaultVariantColorsResolver,
  type MantineColorsTuple,
  type VariantColorsResolver,
} from "@mantine/core"

const ink: MantineColorsTuple = [
  "#eef2ff",
  "#dde5fe",
  "#bccbfb",
  "#95abf6",
  "#7290ee",
  "#4b6be0",
  "#2f54d0",
  "#2745ad",
  "#20398d",
  "#1b2f70",
]
const slate: MantineColorsTuple = [
  "#f7f9fb",
  "#f0f3f6",
  "#e4e9ee",
  "#d5dce4",
  "#bcc6d1",
  "#93a0ae",
  "#6b7886",
  "#515e6c",
  "#36414d",
  "#1c242d",
]
const night: MantineColorsTuple = [
  "#e3e8ee",
  "#bdc6d1",
  "#97a3b1",
  "#6d7a89",
  "#36414d",
  "#2a333d",
  "#1f2730",
  "#161c23",
  "#11161c",
  "#0c1015",
]

// Warnings and errors have the colors of styles.css, which are legible on light and dark.
const TONES: Record<string, string> = { ink: "accent", red: "bad", yellow: "overdue" }
const SOFT: Record<string, string> = { ink: "selected", red: "bad-soft", yellow: "overdue-soft" }

const variantColorResolver: VariantColorsResolver = (input) => {
  const usual = defaultVariantColorsResolver(input)
  if (input.variant === "filled" && input.color === "red") {
    return { ...usual, background: "#b3261e", hover: "#981f18", color: "#ffffff" }
  }
  const [tone, soft] = [TONES[input.color ?? ""], SOFT[input.color ?? ""]]
  if (tone === undefined || !["light", "subtle"].includes(input.variant)) return usual
  const background = input.variant === "light" ? `var(--${soft})` : "transparent"
  return { ...usual, background, hover: `var(--${soft})`, color: `var(--${tone})` }
}

// The list itself scrolls: screen readers would not find it inside another box.
const LIST = {
  defaultProps: {
    withScrollArea: false,
    styles: { options: { maxHeight: "min(16rem, 50dvh)", overflowY: "auto" } },
  },
} as const

// The header of a dialog is a `<header>`, which would be a second banner of the page.
const NO_LANDMARK = { defaultProps: { role: "none" } } as const

export const theme = createTheme({
  components: { Autocomplete: LIST, Select: LIST, TagsInput: LIST, ModalHeader: NO_LANDMARK },
  variantColorResolver,
  primaryColor: "ink",
  primaryShade: { light: 6, dark: 5 },
  colors: { ink, gray: slate, dark: night },
  fontFamily: '"Inter Variable", system-ui, sans-serif',
  fontFamilyMonospace: "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace",
  defaultRadius: "md",
  cursorType: "pointer",
  focusRing: "auto",
  headings: {
    fontWeight: "650",
    sizes: {
      h1: { fontSize: "1.5rem", lineHeight: "1.25" },
      h2: { fontSize: "1.0625rem", lineHeight: "1.35" },
      h3: { fontSize: "0.9375rem", lineHeight: "1.4" },
    },
  },
})

/** Dimmed text with enough contrast (4.5 : 1 on every surface), and our own surfaces. */
export const resolveVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-dimmed": "#566371",
    "--mantine-color-placeholder": "#66727f",
    "--mantine-color-error": "#b3261e",
    "--mantine-color-body": "#ffffff",
  },
  dark: {
    "--mantine-color-dimmed": "#a0abb8",
    "--mantine-color-placeholder": "#8b97a5",
    "--mantine-color-error": "#ff9a92",
    "--mantine-color-body": "#161c23",
  },
})
