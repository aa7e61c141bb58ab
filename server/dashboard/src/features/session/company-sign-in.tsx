import { t } from "@lingui/core/macro"
import { Button, Divider } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import KeyRound from "lucide-react/icons/key-round"
import { OIDC_START, oidcQuery } from "@/api/oidc"
import { rememberTarget } from "@/lib/safe-target"

/** A link to the company's sign-in, if there is one. */
export function CompanySignIn({ next }: { next: string }) {
  const { data } = useQuery(oidcQuery)
  if (data?.enabled !== true) return null
  return (
    <>
      <Divider my="lg" label={t`or`} />
      <Button
        component="a"
        href={OIDC_START}
        variant="default"
        fullWidth
        leftSection={<KeyRound size={16} aria-hidden />}
        onClick={() => rememberTarget(next)}
      >
        {data.name === null
          ? t`Sign in with your company account`
          : t`Sign in with ${{ provider: data.name }}`}
      </Button>
    </>
  )
}
