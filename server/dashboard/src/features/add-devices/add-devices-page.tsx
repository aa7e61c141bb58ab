import { t } from "@lingui/core/macro"
import { Button, Skeleton, Stack } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { useState } from "react"
import { Failed } from "@/components/failed"
import { Page } from "@/components/page"
import { TextLink } from "@/components/text-link"
import { type Bundle, optionsQuery } from "./add-devices"
import { BundleForm } from "./bundle-form"
import { BundleResult } from "./bundle-result"
import { ReleasePanel } from "./release-panel"

/** From a label to the first heartbeat: a token, files to push, and the steps for each system. */
export function AddDevicesPage() {
  const options = useQuery(optionsQuery)
  const [bundle, setBundle] = useState<Bundle | null>(null)
  return (
    <Page
      title={t`Add devices`}
      lead={t`Create a token with everything that you push to laptops, and wait for the first heartbeat.`}
      actions={
        bundle === null ? (
          <TextLink to="/tokens">{t`All enrollment tokens`}</TextLink>
        ) : (
          <Button variant="default" onClick={() => setBundle(null)}>
            {t`Add more devices`}
          </Button>
        )
      }
    >
      <Stack>
        {options.isError ? (
          <Failed error={options.error} retry={() => void options.refetch()} />
        ) : options.data === undefined ? (
          <Skeleton height={320} role="status" aria-label={t`Loading`} />
        ) : bundle === null ? (
          <BundleForm options={options.data} onCreated={setBundle} />
        ) : (
          <BundleResult bundle={bundle} />
        )}
        <ReleasePanel />
      </Stack>
    </Page>
  )
}
