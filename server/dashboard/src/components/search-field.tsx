import { t } from "@lingui/core/macro"
import { CloseButton, Kbd, TextInput } from "@mantine/core"
import { useDebouncedCallback, useHotkeys } from "@mantine/hooks"
import Search from "lucide-react/icons/search"
import { useEffect, useRef, useState } from "react"

interface SearchFieldProps {
  label: string
  value: string
  /** Called shortly after the last key press, with the words or undefined. */
  onSearch: (words: string | undefined) => void
  placeholder?: string
  /** Called on each key press, for data that is already loaded. */
  onType?: (words: string) => void
}

const PAUSE_MS = 120

/** A search field that searches while typing. `/` focuses it, Escape clears it. */
export function SearchField({ label, value, onSearch, placeholder, onType }: SearchFieldProps) {
  const field = useRef<HTMLInputElement>(null)
  const [typed, setTyped] = useState(value)
  const tell = useDebouncedCallback(
    (words: string) => onSearch(words.trim() || undefined),
    PAUSE_MS,
  )
  useHotkeys([["/", () => field.current?.focus()]])
  useEffect(() => {
    // The URL changed elsewhere: by a link, or by going back.
    if (field.current !== document.activeElement) setTyped(value)
  }, [value])
  const change = (words: string) => {
    setTyped(words)
    onType?.(words)
    tell(words)
  }
  return (
    <TextInput
      ref={field}
      type="search"
      aria-label={label}
      aria-keyshortcuts="/"
      placeholder={placeholder ?? label}
      leftSection={<Search size={16} aria-hidden />}
      rightSection={
        typed === "" ? (
          <Kbd size="xs" visibleFrom="sm" aria-hidden>
            /
          </Kbd>
        ) : (
          <CloseButton size="sm" aria-label={t`Clear search`} onClick={() => change("")} />
        )
      }
      value={typed}
      onChange={(event) => change(event.currentTarget.value)}
      // Whoever opens a result finds the words again when they come back.
      onBlur={() => tell.flush()}
      onKeyDown={(event) => {
        if (event.key === "Escape") change("")
      }}
    />
  )
}
