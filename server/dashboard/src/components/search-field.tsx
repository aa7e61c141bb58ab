import { CloseButton, Kbd, TextInput } from "@mantine/core"
import { useDebouncedCallback, useHotkeys } from "@mantine/hooks"
import Search from "lucide-react/icons/search"
import { useEffect, useRef, useState } from "react"

interface SearchFieldProps {
  label: string
  value: string
  /** Called a moment after the last key, with the words or undefined. */
  onSearch: (words: string | undefined) => void
  placeholder?: string
  /** Called at each key, for what is here already and need not be asked for. */
  onType?: (words: string) => void
}

const PAUSE_MS = 120

/** A field that is searched in while somebody types; `/` goes there, Escape empties it. */
export function SearchField({ label, value, onSearch, placeholder, onType }: SearchFieldProps) {
  const field = useRef<HTMLInputElement>(null)
  const [typed, setTyped] = useState(value)
  const tell = useDebouncedCallback(
    (words: string) => onSearch(words.trim() || undefined),
    PAUSE_MS,
  )
  useHotkeys([["/", () => field.current?.focus()]])
  useEffect(() => {
    // An address that came from elsewhere: a link, or the way back.
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
          <CloseButton size="sm" aria-label="Clear search" onClick={() => change("")} />
        )
      }
      value={typed}
      onChange={(event) => change(event.currentTarget.value)}
      // Who goes on to what was found comes back to the words.
      onBlur={() => tell.flush()}
      onKeyDown={(event) => {
        if (event.key === "Escape") change("")
      }}
    />
  )
}
