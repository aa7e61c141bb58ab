import { t } from "@lingui/core/macro"
import { Alert, Button, Code, Text } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { setupQuery } from "@/api/setup"

/** On a server without accounts: leads to the page that creates the first one. */
export function FirstRun() {
  const { data: isNeeded } = useQuery(setupQuery)
  if (isNeeded !== true) return null
  return (
    <Alert color="ink" title={t`No account yet`} role="status" mb="md">
      <Text size="sm" mb="sm" component="div">
        {t`Create the first administrator with the setup code that the server printed when it started. A new one is printed by:`}
        <Code block mt={6}>
          {t`wfhserver setup-code`}
        </Code>
      </Text>
      <Button component={Link} to="/setup" size="xs">
        {t`Set up this server`}
      </Button>
    </Alert>
  )
}
