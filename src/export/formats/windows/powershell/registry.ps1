Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

function Stop-Script([string] $Why) {
    $Host.UI.WriteErrorLine("error: $Why")
    exit 1
}

trap { Stop-Script "$($_.Exception.Message) (line $($_.InvocationInfo.ScriptLineNumber))" }

if ([Environment]::OSVersion.Platform -ne 'Win32NT') {
    Stop-Script 'this is for Windows; nothing was changed'
}
$Identity = [Security.Principal.WindowsIdentity]::GetCurrent()
if ($Scope -eq 'User' -and $Identity.IsSystem) {
    Stop-Script 'the variables are for a user, and this runs as SYSTEM; run it as that user (in Intune: with the logged-on credentials); nothing was changed'
}

# The 64-bit view, for a 32-bit PowerShell has another one of HKLM\SOFTWARE.
if ($Scope -eq 'Machine') {
    $Root = [Microsoft.Win32.RegistryKey]::OpenBaseKey('LocalMachine', 'Registry64')
    $EnvironmentKey = 'SYSTEM\CurrentControlSet\Control\Session Manager\Environment'
    $Place = "HKLM:\$EnvironmentKey"
} else {
    $Root = [Microsoft.Win32.RegistryKey]::OpenBaseKey('CurrentUser', 'Registry64')
    $EnvironmentKey = 'Environment'
    $Place = "HKCU:\$EnvironmentKey"
}

# What a key holds by a name, with %NAME% as it is written; nothing where it has no such value.
function Get-Held($Key, [string] $Name) {
    if ($null -eq $Key -or @($Key.GetValueNames()) -notcontains $Name) {
        return $null
    }
    return [pscustomobject] @{
        Value = $Key.GetValue($Name, $null, 'DoNotExpandEnvironmentNames')
        Kind = $Key.GetValueKind($Name).ToString()
    }
}

# Letter by letter: -ceq would take no notice of letters that take no room.
function Test-Held($Held, [string] $Value, [string] $Kind) {
    return ($null -ne $Held -and $Held.Kind -eq $Kind -and [string]::Equals([string] $Held.Value, $Value, 'Ordinal'))
}

function Get-PlainEntry([string] $Entry) {
    return [Environment]::ExpandEnvironmentVariables($Entry.Trim().Trim([char] 34)).TrimEnd([char] 92, [char] 47)
}

# Whether a PATH has a directory, in whatever case, with or without a backslash behind it.
function Test-PathEntry([string] $Path, [string] $Entry) {
    $wanted = Get-PlainEntry $Entry
    foreach ($one in $Path.Split([char] 59)) {
        if ([string]::Equals((Get-PlainEntry $one), $wanted, 'OrdinalIgnoreCase')) {
            return $true
        }
    }
    return $false
}
