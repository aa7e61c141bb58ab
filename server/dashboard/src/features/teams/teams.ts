/** Requests about teams and their members. */
import { queryOptions } from "@tanstack/react-query"
import { api, unwrap } from "@/api/client"
import type { components, operations } from "@/api/schema"

export type Team =
  operations["teams"]["responses"]["200"]["content"]["application/json"]["teams"][number]
export type TeamChange = components["schemas"]["TeamChange"]

const at = (team_id: number) => ({ params: { path: { team_id } } })

export const teamQuery = (team_id: number) =>
  queryOptions({
    queryKey: ["team", team_id],
    queryFn: () => unwrap(api.GET("/api/teams/{team_id}", at(team_id))),
  })

/** Names to choose from: employees as members, users as managers. */
export const namesQuery = queryOptions({
  queryKey: ["team-names"],
  queryFn: async () => {
    const [presence, users] = await Promise.all([
      unwrap(api.GET("/api/presence")),
      unwrap(api.GET("/api/users")),
    ])
    return {
      employees: [...new Set(presence.rows.map((row) => row.username))],
      users: users.users.filter((user) => !user.disabled).map((user) => user.username),
    }
  },
  staleTime: 60_000,
})

export const addTeam = (name: string) => unwrap(api.POST("/api/teams", { body: { name } }))

export const changeTeam = ({ team_id, ...body }: TeamChange & { team_id: number }) =>
  api.PATCH("/api/teams/{team_id}", { ...at(team_id), body })

export const deleteTeam = (team_id: number) => api.DELETE("/api/teams/{team_id}", at(team_id))
