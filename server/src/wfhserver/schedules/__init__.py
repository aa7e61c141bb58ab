"""Which days and hours employees work: schedules, public holidays and leave."""
