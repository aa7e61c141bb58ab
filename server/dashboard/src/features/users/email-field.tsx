import { t } from "@lingui/core/macro"
import { Text, TextInput } from "@mantine/core"

interface EmailFieldProps {
  /** Whether the server can send links. */
  canMail: boolean
  value: string
  onChange: (email: string) => void
}

/** Where the link is sent; without a mail server it says that the link is copied. */
export function EmailField({ canMail, value, onChange }: EmailFieldProps) {
  if (!canMail) {
    return (
      <Text size="sm" c="dimmed">
        {t`You get a link to send yourself. This server sends e-mails once WFHSERVER_SMTP_HOST and WFHSERVER_PUBLIC_URL are set.`}
      </Text>
    )
  }
  return (
    <TextInput
      type="email"
      label={t`E-mail`}
      description={t`The link is sent here. Leave empty to copy it.`}
      autoComplete="off"
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  )
}
