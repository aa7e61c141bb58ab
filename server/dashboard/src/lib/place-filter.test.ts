import { expect, test } from "vitest"
import { choiceOf, filterOf, groupsOf, placeName } from "@/lib/place-filter"

test.each(["is:AT", "not:AT/Graz", "is:/Nowhere", "is:CI/Yamoussoukro/East"])(
  "%s survives parsing and formatting",
  (filter) => {
    const choice = choiceOf(filter)

    expect(choice && filterOf(choice)).toBe(filter)
  },
)

test.each([undefined, "", "Graz", "is:", "no:AT"])("%s is not a choice", (filter) => {
  expect(choiceOf(filter)).toBeNull()
})

test("countries are found by their names, with their cities below", () => {
  const groups = groupsOf([
    { country: "DE", city: "Dresden" },
    { country: "AT", city: "Graz" },
    { country: "DE", city: null },
    { country: null, city: "Atlantis" },
  ])

  expect(groups).toEqual([
    {
      group: "Austria",
      items: [
        { value: "AT", label: "Austria" },
        { value: "AT/Graz", label: "Graz, Austria" },
      ],
    },
    {
      group: "Germany",
      items: [
        { value: "DE", label: "Germany" },
        { value: "DE/Dresden", label: "Dresden, Germany" },
      ],
    },
    { group: "No country", items: [{ value: "/Atlantis", label: "Atlantis" }] },
  ])
})

test("a location is shown by its name", () => {
  expect(placeName("DE/Dresden")).toBe("Dresden, Germany")
  expect(placeName("somewhere")).toBe("somewhere")
})
