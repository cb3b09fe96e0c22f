# Beside the registry's environment: what was there before, for -Undo.
$StateKey = 'Software\goenv-ci\Environment'
$Caller = $PSCmdlet
$Changes = 0

$IsElevated = ([Security.Principal.WindowsPrincipal] $Identity).IsInRole(
    [Security.Principal.WindowsBuiltInRole]::Administrator)
if ($Scope -eq 'Machine' -and -not $IsElevated -and -not $WhatIfPreference) {
    Stop-Script 'the variables are for all users, which takes an administrator: start PowerShell with "Run as administrator"; nothing was changed'
}
if ($WhatIfPreference) {
    $Environment = $Root.OpenSubKey($EnvironmentKey, $false)
} else {
    $Environment = $Root.CreateSubKey($EnvironmentKey)
}

function Write-Change([string] $What) {
    $script:Changes++
    Write-Output $What
}

# Sets a variable; with -Expands Windows puts the variables in that its value names.
function Set-GoVariable([string] $Name, [string] $Value, [switch] $Expands) {
    $kind = 'String'
    if ($Expands) { $kind = 'ExpandString' }
    $held = Get-Held $Environment $Name
    if (Test-Held $held $Value $kind) {
        Write-Output "unchanged: $Name is $Value"
        return
    }
    $was = 'it was not set'
    if ($null -ne $held) { $was = "it was $($held.Value)" }
    if (-not $Caller.ShouldProcess("$Place\$Name", "set it to $Value ($was)")) { return }
    $state = $Root.CreateSubKey("$StateKey\$Name")
    $now = Get-Held $state 'Now'
    # What this script itself has set is not what was there before.
    if ($null -eq $now -or -not (Test-Held $held $now.Value $now.Kind)) {
        $state.DeleteValue('Before', $false)
        if ($null -ne $held) { $state.SetValue('Before', $held.Value, $held.Kind) }
    }
    $state.SetValue('Now', $Value, $kind)
    $state.Close()
    $Environment.SetValue($Name, $Value, $kind)
    Write-Change "set: $Name is $Value ($was)"
}

# Puts directories in front of PATH; one that it has already stays where it is.
function Add-GoPath {
    $held = Get-Held $Environment 'Path'
    $old = ''
    $oldKind = 'None'
    if ($null -ne $held) {
        $old = [string] $held.Value
        $oldKind = $held.Kind
    }
    $missing = @()
    foreach ($entry in $args) {
        if (Test-PathEntry $old $entry) {
            Write-Output "unchanged: PATH has $entry"
        } else {
            $missing += $entry
        }
    }
    if ($missing.Count -eq 0) { return }
    $shown = $missing -join ';'
    $new = $shown
    if ($old -ne '') { $new = "$shown;$old" }
    # Text alone can stay text; what names variables needs the kind that puts them in.
    $kind = 'ExpandString'
    if ($oldKind -eq 'String' -and -not $shown.Contains('%')) { $kind = 'String' }
    if (-not $Caller.ShouldProcess("$Place\Path", "put $shown in front of it")) { return }
    $state = $Root.CreateSubKey("$StateKey\Path")
    if ($null -eq (Get-Held $state 'Kind')) { $state.SetValue('Kind', $oldKind, 'String') }
    $added = @($state.GetValue('Entries', [string[]] @())) + $missing
    $state.SetValue('Entries', [string[]] $added, 'MultiString')
    $state.Close()
    $Environment.SetValue('Path', $new, $kind)
    Write-Change "added: PATH begins with $shown"
}

# Puts back what was there before, unless somebody has changed it since.
function Undo-GoVariable([string] $Name, $State) {
    $now = Get-Held $State 'Now'
    $before = Get-Held $State 'Before'
    $held = Get-Held $Environment $Name
    if ($null -eq $now -or -not (Test-Held $held $now.Value $now.Kind)) {
        Write-Output "left: $Name is not as this script has set it"
    } elseif ($null -eq $before) {
        $Environment.DeleteValue($Name, $false)
        Write-Change "removed: $Name was not set before"
    } else {
        $Environment.SetValue($Name, $before.Value, $before.Kind)
        Write-Change "restored: $Name is $($before.Value)"
    }
}

# Takes the directories out of PATH again; all others stay, those that came since too.
function Undo-GoPath($State) {
    $held = Get-Held $Environment 'Path'
    if ($null -eq $held) { return }
    $entries = New-Object 'System.Collections.Generic.List[string]'
    $entries.AddRange([string[]] ([string] $held.Value).Split([char] 59))
    foreach ($added in @($State.GetValue('Entries', [string[]] @()))) {
        $at = -1
        for ($i = $entries.Count - 1; $i -ge 0; $i--) {
            if ([string]::Equals($entries[$i], $added, 'OrdinalIgnoreCase')) { $at = $i }
        }
        if ($at -lt 0) {
            Write-Output "left: PATH has $added no longer"
        } else {
            $entries.RemoveAt($at)
            Write-Change "removed: PATH has $added no longer"
        }
    }
    $oldKind = [string] $State.GetValue('Kind', 'None')
    $left = $entries.ToArray() -join ';'
    if ($oldKind -eq 'None' -and $left -eq '') {
        $Environment.DeleteValue('Path', $false)
        return
    }
    $kind = $held.Kind
    if ($oldKind -ne 'None') { $kind = $oldKind }
    $Environment.SetValue('Path', $left, $kind)
}

function Undo-All {
    $all = $Root.OpenSubKey($StateKey)
    if ($null -eq $all) {
        Write-Output 'unchanged: there is nothing to take back'
        return
    }
    $names = @($all.GetSubKeyNames())
    $all.Close()
    foreach ($name in $names) {
        if (-not $Caller.ShouldProcess("$Place\$name", 'take back what this script has done')) { continue }
        $state = $Root.OpenSubKey("$StateKey\$name")
        if ($name -eq 'Path') { Undo-GoPath $state } else { Undo-GoVariable $name $state }
        $state.Close()
        $Root.DeleteSubKeyTree("$StateKey\$name", $false)
    }
    foreach ($key in @($StateKey, 'Software\goenv-ci')) {
        $empty = $Root.OpenSubKey($key)
        $isEmpty = $null -ne $empty -and $empty.SubKeyCount -eq 0 -and $empty.ValueCount -eq 0
        if ($null -ne $empty) { $empty.Close() }
        if ($isEmpty -and -not $WhatIfPreference) { $Root.DeleteSubKey($key, $false) }
    }
}

# Programs that are started from the desktop from now on get the new values.
function Send-Change {
    if ($script:Changes -eq 0) { return }
    try {
        if (-not ('GoenvCi.Desktop' -as [type])) {
            Add-Type -Namespace GoenvCi -Name Desktop -MemberDefinition @'
[System.Runtime.InteropServices.DllImport("user32.dll", CharSet = System.Runtime.InteropServices.CharSet.Unicode, SetLastError = true)]
public static extern System.IntPtr SendMessageTimeout(System.IntPtr window, uint message, System.UIntPtr wide,
    string what, uint flags, uint milliseconds, out System.UIntPtr result);
'@
        }
        $result = [UIntPtr]::Zero
        # HWND_BROADCAST, WM_SETTINGCHANGE, SMTO_ABORTIFHUNG.
        $sent = [GoenvCi.Desktop]::SendMessageTimeout([IntPtr] 0xffff, 0x1a, [UIntPtr]::Zero, 'Environment', 2, 1000, [ref] $result)
        if ($sent -eq [IntPtr]::Zero) { throw 'not every window has answered' }
    } catch {
        Write-Warning "some programs learn of it only at the next logon: $($_.Exception.Message)"
    }
}

if ($Undo) {
    Undo-All
    Send-Change
    exit 0
}

