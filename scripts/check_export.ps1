# Runs what `goenv-ci export powershell` and `export intune` write, in the PowerShell that runs this, for the user and for
# the machine, and looks at the registry before, between and after. It changes the environment of both and puts it back.
#
# usage: check_export.ps1 GOENV_CI_EXE
param([Parameter(Mandatory = $true)] [string] $Goenv)
Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

$Shell = (Get-Process -Id $PID).Path
$Work = Join-Path ([IO.Path]::GetTempPath()) "goenv-ci-export-$PID"
$Goenv = (Resolve-Path $Goenv).Path
$Keys = @{
    user = @('CurrentUser', 'Environment')
    machine = @('LocalMachine', 'SYSTEM\CurrentControlSet\Control\Session Manager\Environment')
}

function Open-Root([string] $Scope) {
    return [Microsoft.Win32.RegistryKey]::OpenBaseKey($Keys[$Scope][0], 'Registry64')
}

function Open-Environment([string] $Scope) {
    return (Open-Root $Scope).OpenSubKey($Keys[$Scope][1], $true)
}

# Each value of an environment, with its kind, and whether there is something to undo.
function Get-Picture([string] $Scope) {
    $key = Open-Environment $Scope
    $lines = @($key.GetValueNames() | Sort-Object | ForEach-Object {
        '{0}|{1}|{2}' -f $_.ToUpperInvariant(), $key.GetValueKind($_), $key.GetValue($_, '', 'DoNotExpandEnvironmentNames')
    })
    $state = (Open-Root $Scope).OpenSubKey('Software\goenv-ci')
    return ($lines + "state: $($null -ne $state)") -join "`n"
}

function Assert-Same([string] $What, [string] $Got, [string] $Wanted) {
    if (-not [string]::Equals($Got, $Wanted, 'Ordinal')) { throw "${What}:`n--- got`n$Got`n--- wanted`n$Wanted" }
}

function Assert-Held([string] $Scope, [string] $Name, [string] $Value, [string] $Kind) {
    $key = Open-Environment $Scope
    Assert-Same "$Name of the $Scope" ([string] $key.GetValue($Name, $null, 'DoNotExpandEnvironmentNames')) $Value
    Assert-Same "the kind of $Name" ([string] $key.GetValueKind($Name)) $Kind
}

function Invoke-Script([string] $Program, [string] $Script, [string[]] $Arguments, [int] $Exit) {
    $lines = @(& $Program -NoProfile -NonInteractive -ExecutionPolicy Bypass -File $Script @Arguments)
    if ($LASTEXITCODE -ne $Exit) { throw "$Script $Arguments exited with $LASTEXITCODE, not $Exit`n$($lines -join "`n")" }
    return $lines
}

function Export-Plan([string[]] $Arguments) {
    & $Goenv export @Arguments --force
    if ($LASTEXITCODE -ne 0) { throw "export $Arguments exited with $LASTEXITCODE" }
}

function Assert-NoChange([string] $What, [string[]] $Lines) {
    $changes = @($Lines | Where-Object { $_ -match '^(set|added|removed|restored):' })
    if ($changes.Count -gt 0) { throw "${What} has changed something:`n$($changes -join "`n")" }
}

function Test-Scope([string] $Scope) {
    $environment = Open-Environment $Scope
    $environment.SetValue('GOPATH', 'D:\before', 'String')
    $environment.DeleteValue('GOCACHE', $false)
    $environment.DeleteValue('GOBIN', $false)
    $path = [string] $environment.GetValue('Path', '', 'DoNotExpandEnvironmentNames')
    $odd = "%SystemRoot%\odd;;D:\Some Tools\;$path"
    $environment.SetValue('Path', $odd, 'ExpandString')
    $before = Get-Picture $Scope

    $script = Join-Path $Work 'goenv.ps1'
    $letters = 'D:\it''s ' + [char] 0xe9 + [char] 0x7f13 + [char] 0xd83d + [char] 0xde00 + [char] 0x2019
    $hidden = 'D:\$HOME $(id) `n ' + [char] 0x202e + 'x' + [char] 0xfeff + '{0}'
    Export-Plan @('powershell', '--scope', $Scope, '--gocache', $letters, '--gopath', '%SystemDrive%\go', '--gobin', $hidden, '--out', $script)

    Invoke-Script $Shell $script @('-WhatIf') 0 | Out-Null
    Assert-Same 'after -WhatIf' (Get-Picture $Scope) $before

    $lines = Invoke-Script $Shell $script @() 0
    Assert-Same 'lines of changes' "$(@($lines | Where-Object { $_ -match '^(set|added):' }).Count)" '4'
    Assert-Held $Scope 'GOCACHE' $letters 'String'
    Assert-Held $Scope 'GOPATH' '%SystemDrive%\go' 'ExpandString'
    Assert-Held $Scope 'GOBIN' $hidden 'String'
    Assert-Held $Scope 'Path' "$hidden;$odd" 'ExpandString'

    # What explain says of the value that a program started now has.
    $env:GOPATH = "$env:SystemDrive\go"
    $explained = (& $Goenv explain GOPATH --format json) -join "`n"
    $env:GOPATH = $null
    if (-not $explained.Contains("$Scope-registry")) { throw "explain does not name the registry: $explained" }

    $after = Get-Picture $Scope
    Assert-NoChange 'the second run' (Invoke-Script $Shell $script @() 0)
    Assert-Same 'after the second run' (Get-Picture $Scope) $after

    # Another plan goes on from the first, and still there is one way back. PATH has its directory already.
    $environment.SetValue('Path', "$odd;d:\OTHER\bin\", 'ExpandString')
    Export-Plan @('powershell', '--scope', $Scope, '--gocache', 'D:\c', '--gopath', 'D:\other', '--out', $script)
    Assert-NoChange 'PATH' @(Invoke-Script $Shell $script @() 0 | Where-Object { $_ -match '^\w+: PATH' })
    Assert-Held $Scope 'Path' "$odd;d:\OTHER\bin\" 'ExpandString'
    Assert-Held $Scope 'GOBIN' 'D:\other\bin' 'String'
    $environment.SetValue('Path', $odd, 'ExpandString')

    Invoke-Script $Shell $script @('-Undo', '-WhatIf') 0 | Out-Null
    Assert-Held $Scope 'GOBIN' 'D:\other\bin' 'String'
    Invoke-Script $Shell $script @('-Undo') 0 | Out-Null
    Assert-Same 'after -Undo' (Get-Picture $Scope) $before
    Assert-NoChange 'the second -Undo' (Invoke-Script $Shell $script @('-Undo') 0)

    # What somebody has changed since stays.
    Invoke-Script $Shell $script @() 0 | Out-Null
    $environment.SetValue('GOCACHE', 'D:\mine', 'String')
    Invoke-Script $Shell $script @('-Undo') 0 | Out-Null
    Assert-Held $Scope 'GOCACHE' 'D:\mine' 'String'
    Assert-Held $Scope 'Path' $odd 'ExpandString'
    $environment.DeleteValue('GOCACHE')

    # Intune takes a 32-bit PowerShell unless it is told otherwise.
    $pair = Join-Path $Work 'pair'
    Export-Plan @('intune', '--scope', $Scope, '--gocache', $letters, '--gopath', '%SystemDrive%\go', '--gobin', $hidden, '--out', $pair)
    $small = Join-Path $env:windir 'SysWOW64\WindowsPowerShell\v1.0\powershell.exe'
    Invoke-Script $Shell (Join-Path $pair 'detect.ps1') @() 1 | Out-Null
    Invoke-Script $small (Join-Path $pair 'remediate.ps1') @() 0 | Out-Null
    Invoke-Script $Shell (Join-Path $pair 'detect.ps1') @() 0 | Out-Null
    Invoke-Script $small (Join-Path $pair 'detect.ps1') @() 0 | Out-Null
    Assert-Held $Scope 'GOBIN' $hidden 'String'
    Invoke-Script $Shell (Join-Path $pair 'remediate.ps1') @('-Undo') 0 | Out-Null
    Assert-Same 'after -Undo of the remediation' (Get-Picture $Scope) $before
}

New-Item -ItemType Directory -Path $Work | Out-Null
try {
    foreach ($scope in @('user', 'machine')) {
        $environment = Open-Environment $scope
        $saved = @{}
        foreach ($name in @('GOCACHE', 'GOPATH', 'GOBIN', 'Path')) {
            if (@($environment.GetValueNames()) -contains $name) {
                $saved[$name] = @($environment.GetValue($name, '', 'DoNotExpandEnvironmentNames'), $environment.GetValueKind($name))
            }
        }
        try {
            Test-Scope $scope
        } finally {
            foreach ($name in @('GOCACHE', 'GOPATH', 'GOBIN', 'Path')) {
                $environment.DeleteValue($name, $false)
                if ($saved.ContainsKey($name)) { $environment.SetValue($name, $saved[$name][0], $saved[$name][1]) }
            }
        }
        Write-Output "PowerShell $($PSVersionTable.PSVersion): the exported scripts hold for the $scope"
    }
} finally {
    Remove-Item -Recurse -Force $Work
}
