import { t } from "@lingui/core/macro"
import { Button, Select, TextInput } from "@mantine/core"
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import { Dialog } from "@/components/dialog"
import { deleteView, type FactSearch, type FactView, saveView, viewsQuery } from "./facts"

interface ViewMenuProps {
  search: FactSearch
  onOpen: (search: FactSearch) => void
}

/** The user's saved views: opened, saved and deleted. */
export function ViewMenu({ search, onOpen }: ViewMenuProps) {
  const [isSaving, setIsSaving] = useState(false)
  const views = useQuery(viewsQuery).data ?? []
  const queryClient = useQueryClient()
  const deleted = useMutation({
    mutationFn: deleteView,
    onSuccess: () => queryClient.invalidateQueries(viewsQuery),
  })
  const open = views.find((view) => isSame(view, search))
  return (
    <>
      {views.length > 0 && (
        <Select
          aria-label={t`Saved views`}
          placeholder={t`Saved views`}
          data={views.map(({ view_id, name }) => ({ value: String(view_id), label: name }))}
          value={open === undefined ? null : String(open.view_id)}
          onChange={(chosen) => {
            const view = views.find(({ view_id }) => String(view_id) === chosen)
            if (view !== undefined) onOpen(searchOf(view))
          }}
          w={{ base: "100%", xs: 200 }}
        />
      )}
      {open === undefined ? (
        <Button variant="default" onClick={() => setIsSaving(true)}>
          {t`Save view`}
        </Button>
      ) : (
        <Button
          variant="default"
          loading={deleted.isPending}
          onClick={() => deleted.mutate(open.view_id)}
        >
          {t`Delete view`}
        </Button>
      )}
      {isSaving && <SaveView search={search} onClose={() => setIsSaving(false)} />}
    </>
  )
}

function SaveView({ search, onClose }: { search: FactSearch; onClose: () => void }) {
  const [name, setName] = useState("")
  const queryClient = useQueryClient()
  const saved = useMutation({
    mutationFn: saveView,
    onSuccess: async () => {
      await queryClient.invalidateQueries(viewsQuery)
      onClose()
    },
  })
  return (
    <Dialog
      title={t`Save view`}
      opened
      onClose={onClose}
      button={t`Save`}
      onSubmit={() => saved.mutate({ name, ...search })}
      busy={saved.isPending}
      error={saved.error}
    >
      <TextInput
        label={t`Name`}
        description={t`The columns and filters of this page. Only you see it.`}
        required
        data-autofocus
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
    </Dialog>
  )
}

function searchOf({ plugin, fact, where }: FactView): FactSearch {
  return {
    ...(plugin !== null && { plugin }),
    ...(fact.length > 0 && { fact }),
    ...(where.length > 0 && { where }),
  }
}

function isSame(view: FactView, { plugin, fact = [], where = [] }: FactSearch): boolean {
  const shown = JSON.stringify([plugin ?? null, fact, where])
  return JSON.stringify([view.plugin, view.fact, view.where]) === shown
}
