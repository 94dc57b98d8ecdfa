"""A pytest plugin for mutation testing: hypothesis' first failing example needs no smaller one."""

from hypothesis import Phase, settings

settings.register_profile("mutation", phases=(Phase.explicit, Phase.generate))
settings.load_profile("mutation")
