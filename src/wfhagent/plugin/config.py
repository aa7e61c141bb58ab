"""The settings of a plugin: a table of agent.toml, and the class that declares its keys."""

from typing import Any, ClassVar, Generic, TypeVar, get_args, get_origin

import msgspec


class Config(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The table `[plugins.<name>]`: subclass it, one annotated field with a default per key.

        class BatteryConfig(Config, frozen=True, kw_only=True):
            least: Annotated[int, Meta(ge=0, le=100, description="Below, it warns.")] = 5

    A key without a default must be set: until IT has done so, the plugin is not used. A wrong or
    unknown key stops the agent with a sentence that names it.
    """


ConfigT = TypeVar("ConfigT", bound=Config)


class Configured(Generic[ConfigT]):
    """Finds the configuration class in `Collector[MyConfig]`, so that it is written once."""

    name: ClassVar[str]
    config_type: ClassVar[type[Config]] = Config

    def __init__(self, config: ConfigT) -> None:
        self.config = config

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for base in getattr(cls, "__orig_bases__", ()):
            origin = get_origin(base)
            if isinstance(origin, type) and issubclass(origin, Configured):
                (argument,) = get_args(base)
                if isinstance(argument, type):
                    cls.config_type = argument
