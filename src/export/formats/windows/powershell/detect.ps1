$Environment = $Root.OpenSubKey($EnvironmentKey, $false)
$Wrong = @()

# Whether a variable is set so; with -Expands Windows puts the variables in that its value names.
function Test-GoVariable([string] $Name, [string] $Value, [switch] $Expands) {
    $kind = 'String'
    if ($Expands) { $kind = 'ExpandString' }
    $held = Get-Held $Environment $Name
    if (Test-Held $held $Value $kind) { return }
    if ($null -eq $held) {
        $script:Wrong += "$Name is not set"
    } else {
        $script:Wrong += "$Name is $($held.Value) ($($held.Kind))"
    }
}

# Whether PATH has these directories, wherever.
function Test-GoPath {
    $held = Get-Held $Environment 'Path'
    $path = ''
    if ($null -ne $held) { $path = [string] $held.Value }
    foreach ($entry in $args) {
        if (-not (Test-PathEntry $path $entry)) { $script:Wrong += "PATH lacks $entry" }
    }
}

