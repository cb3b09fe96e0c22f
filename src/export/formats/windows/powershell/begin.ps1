[CmdletBinding(SupportsShouldProcess = $true)]
param(
    # Takes back what earlier runs have done, and nothing else.
    [switch] $Undo
)
