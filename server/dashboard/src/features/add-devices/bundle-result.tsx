import { t } from "@lingui/core/macro"
import { Alert, Button, Code, CopyButton, Group, List, Select, Stack, Text } from "@mantine/core"
import { useState } from "react"
import { Panel } from "@/components/panel"
import { Tag } from "@/components/tag"
import { save } from "@/lib/download"
import type { Bundle, BundleFile } from "./add-devices"
import { FirstHeartbeat } from "./first-heartbeat"

/** What was created: shown once, offered as files, with the steps for each way of pushing. */
export function BundleResult({ bundle }: { bundle: Bundle }) {
  return (
    <>
      <FirstHeartbeat tokenId={bundle.token_id} />
      <Panel title={t`Token and files`}>
        <Stack>
          <Alert color="yellow">
            {t`They are shown only once. Save the files before you leave this page.`}
          </Alert>
          <Token token={bundle.token} />
          <Files files={bundle.files} />
        </Stack>
      </Panel>
      <Guides bundle={bundle} />
    </>
  )
}

function Token({ token }: { token: string }) {
  return (
    <Group gap="xs">
      <Code style={{ overflowWrap: "anywhere" }}>{token}</Code>
      <CopyButton value={token}>
        {({ copied, copy }) => (
          <Button size="compact-sm" variant="default" aria-label={t`Copy the token`} onClick={copy}>
            {copied ? t`Copied` : t`Copy`}
          </Button>
        )}
      </CopyButton>
    </Group>
  )
}

function Files({ files }: { files: BundleFile[] }) {
  return (
    <Stack gap={6} component="ul" m={0} p={0} style={{ listStyle: "none" }}>
      {files.map((file) => (
        <Group key={file.name} component="li" gap="xs">
          <Button
            size="compact-sm"
            variant="default"
            aria-label={t`Save ${{ name: file.name }}`}
            onClick={() => save(new Blob([file.text], { type: "text/plain" }), file.name)}
          >
            {t`Save`}
          </Button>
          <Text size="sm">{file.name}</Text>
          {file.is_secret && <Tag tone="waiting">{t`holds the token`}</Tag>}
        </Group>
      ))}
    </Stack>
  )
}

function Guides({ bundle: { guides, files } }: { bundle: Bundle }) {
  const [key, setKey] = useState(guides[0]?.key ?? "")
  const guide = guides.find((each) => each.key === key)
  return (
    <Panel
      title={t`Steps`}
      aside={
        <Select
          aria-label={t`How you install software`}
          data={guides.map(({ key: value, title }) => ({ value, label: title }))}
          value={key}
          allowDeselect={false}
          onChange={(chosen) => setKey(chosen ?? "")}
          w={240}
        />
      }
    >
      <List type="ordered" spacing="sm">
        {guide?.steps.map(({ text, code }) => (
          <List.Item key={text}>
            <Text size="sm">{text}</Text>
            {code !== null && (
              <Code block mt={4} style={{ overflowWrap: "anywhere", whiteSpace: "pre-wrap" }}>
                {code}
              </Code>
            )}
          </List.Item>
        ))}
      </List>
      <AgentToml file={files.find(({ name }) => name === "agent.toml")} />
    </Panel>
  )
}

function AgentToml({ file }: { file: BundleFile | undefined }) {
  if (file === undefined) return null
  return (
    <>
      <Text size="sm" mt="md">
        {t`This is agent.toml:`}
      </Text>
      <Code block mt={4} style={{ overflowWrap: "anywhere", whiteSpace: "pre-wrap" }}>
        {file.text}
      </Code>
    </>
  )
}
