import { i18n, type MessageDescriptor } from "@lingui/core"
import { msg, t } from "@lingui/core/macro"
import { Alert, Button, Code, List, Skeleton, Stack, Text } from "@mantine/core"
import { useMutation, useQuery } from "@tanstack/react-query"
import { type Column, DataTable } from "@/components/data-table"
import { Failed } from "@/components/failed"
import { FormError } from "@/components/form-error"
import { Panel } from "@/components/panel"
import { download } from "@/lib/download"
import { sizeOf } from "@/lib/sizes"
import { downloadAddress, type Release, type ReleaseFile, releaseQuery } from "./add-devices"

/** The installers of the release that this server offers. */
export function ReleasePanel() {
  const found = useQuery(releaseQuery)
  return (
    <Panel title={t`Installers`}>
      {found.isPending ? (
        <Skeleton height={120} role="status" aria-label={t`Loading`} />
      ) : found.isError ? (
        <Failed error={found.error} retry={() => void found.refetch()} />
      ) : (
        <Files release={found.data} />
      )}
    </Panel>
  )
}

function Files({ release }: { release: Release }) {
  const saved = useMutation({
    mutationFn: (name: string) => {
      const { signal } = new AbortController()
      return download(downloadAddress(name), { signal, onProgress: () => {} })
    },
  })
  if (release.problem !== null) return <Alert color="red">{release.problem}</Alert>
  return (
    <Stack>
      <FormError error={saved.error} />
      {release.files.length === 0 ? (
        <Text size="sm">
          {release.is_set
            ? t`The folder of WFHSERVER_DOWNLOADS has no file of a release.`
            : t`Put the files of a release into a folder, and name it in WFHSERVER_DOWNLOADS. Administrators can then download them here.`}
        </Text>
      ) : (
        <DataTable
          label={t`Files of the release`}
          columns={[...COLUMNS, saving(saved.mutate, saved.isPending)]}
          rows={release.files}
          keyOf={({ name }) => name}
        />
      )}
      {release.ignored.length > 0 && (
        <List size="sm" c="dimmed" listStyleType="none">
          {release.ignored.map((sentence) => (
            <List.Item key={sentence}>{sentence}</List.Item>
          ))}
        </List>
      )}
    </Stack>
  )
}

const KINDS: Record<ReleaseFile["kind"], MessageDescriptor> = {
  windows: msg`Windows`,
  macos: msg`macOS`,
  debian: msg`Debian, Ubuntu`,
  rpm: msg`Fedora, RHEL`,
  plain: msg`without a package`,
  checksums: msg`checksums`,
  signature: msg`signature`,
  contents: msg`contents (SBOM)`,
}

const COLUMNS: readonly Column<ReleaseFile>[] = [
  {
    title: msg`File`,
    isName: true,
    cell: ({ name, kind }) => (
      <>
        {name}
        <Text size="xs" c="dimmed" fw={400}>
          {i18n._(KINDS[kind])}
        </Text>
      </>
    ),
  },
  { title: msg`Size`, width: "6rem", cell: ({ size_bytes }) => sizeOf(size_bytes) },
  {
    title: msg`SHA-256`,
    isText: true,
    cell: ({ sha256 }) => <Code style={{ overflowWrap: "anywhere" }}>{sha256}</Code>,
  },
  { title: msg`Signature`, isText: true, cell: ({ signature }) => signature ?? t`none` },
]

function saving(onSave: (name: string) => void, busy: boolean): Column<ReleaseFile> {
  return {
    title: null,
    align: "end",
    cell: ({ name }) => (
      <Button
        size="compact-sm"
        variant="default"
        disabled={busy}
        aria-label={t`Download ${{ name }}`}
        onClick={() => onSave(name)}
      >
        {t`Download`}
      </Button>
    ),
  }
}
