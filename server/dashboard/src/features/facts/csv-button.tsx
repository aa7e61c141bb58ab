import { t } from "@lingui/core/macro"
import { Button } from "@mantine/core"
import { useMutation } from "@tanstack/react-query"
import Download from "lucide-react/icons/download"
import { FormError } from "@/components/form-error"
import { download } from "@/lib/download"
import { csvAddress, type FactSearch } from "./facts"

/** Downloads the devices of the page with the same columns and filters. */
export function CsvButton({ search }: { search: FactSearch }) {
  const saved = useMutation({
    mutationFn: () => {
      const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
      const signal = new AbortController().signal
      return download(csvAddress(search, zone), { signal, onProgress: () => {} })
    },
  })
  return (
    <>
      <Button
        variant="default"
        leftSection={<Download size={16} aria-hidden />}
        loading={saved.isPending}
        onClick={() => saved.mutate()}
      >
        {t`Export CSV`}
      </Button>
      <FormError error={saved.error} />
    </>
  )
}
