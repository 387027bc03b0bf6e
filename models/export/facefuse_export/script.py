"""Makes TorchScript modules from source code and weights."""

from typing import Dict

import torch


def module(name: str, source: str, parameters: Dict[str, torch.Tensor]) -> torch.jit.ScriptModule:
    """A module of class `facefuse.<name>` with this `forward`; the same arguments always give the same TorchScript file.

    Unmakes the modules made before: save one before making the next.
    """
    forget_class_names()

    class Network(torch.jit.ScriptModule):
        def __init__(self):
            super().__init__()
            for key, value in parameters.items():
                self.register_parameter(key, torch.nn.Parameter(value, requires_grad=False))

    Network.__name__ = Network.__qualname__ = name
    Network.__module__ = "facefuse"
    network = Network()
    network.define(source)
    return network.eval()


def forget_class_names() -> None:
    """Without this, the second module with the same name is called `___torch_mangle_0` in its file."""
    torch._C._jit_clear_class_registry()
    torch.jit._recursive.concrete_type_store = torch.jit._recursive.ConcreteTypeStore()
    torch.jit._state._clear_class_state()
