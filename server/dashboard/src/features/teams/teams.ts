/** Teams and who belongs to them, at the server. */
import { queryOptions } from "@tanstack/react-query"
import { api, told } from "@/api/client"
import type { components, operations } from "@/api/schema"

export type Team =
  operations["teams"]["responses"]["200"]["content"]["application/json"]["teams"][number]
export type TeamChange = components["schemas"]["TeamChange"]

const at = (team_id: number) => ({ params: { path: { team_id } } })

export const teamQuery = (team_id: number) =>
  queryOptions({
    queryKey: ["team", team_id],
    queryFn: () => told(api.GET("/api/teams/{team_id}", at(team_id))),
  })

/** The names that a team may be made of: of employees for members, of users for managers. */
export const namesQuery = queryOptions({
  queryKey: ["team-names"],
  queryFn: async () => {
    const [presence, users] = await Promise.all([
      told(api.GET("/api/presence")),
      told(api.GET("/api/users")),
    ])
    return {
      employees: [...new Set(presence.rows.map((row) => row.username))],
      users: users.users.filter((user) => !user.disabled).map((user) => user.username),
    }
  },
  staleTime: 60_000,
})

export const addTeam = (name: string) => told(api.POST("/api/teams", { body: { name } }))

export const changeTeam = ({ team_id, ...body }: TeamChange & { team_id: number }) =>
  api.PATCH("/api/teams/{team_id}", { ...at(team_id), body })

export const deleteTeam = (team_id: number) => api.DELETE("/api/teams/{team_id}", at(team_id))
