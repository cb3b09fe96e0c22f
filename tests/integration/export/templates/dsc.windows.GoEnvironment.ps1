# Go's directories, planned by goenv-ci for an example
# Needs PSDscResources: Install-Module PSDscResources. Run this, and then as an administrator:
# Start-DscConfiguration -Path .\GoEnvironment -Wait -Verbose
Configuration GoEnvironment
{
    Import-DscResource -ModuleName PSDscResources

    Node localhost
    {
        # GOCACHE: standard: Go's own default, `go-build` in the user's cache directory
        Environment GOCACHE
        {
            Name   = 'GOCACHE'
            Value  = 'D:\cache\go-build'
            Ensure = 'Present'
            Path   = $false
            Target = @('Machine')
        }

        # GOPATH: given with --gopath
        Environment GOPATH
        {
            Name   = 'GOPATH'
            Value  = 'D:\my go'
            Ensure = 'Present'
            Path   = $false
            Target = @('Machine')
        }

        # GOBIN: standard: GOPATH and `bin`
        Environment GOBIN
        {
            Name   = 'GOBIN'
            Value  = 'D:\my go\bin'
            Ensure = 'Present'
            Path   = $false
            Target = @('Machine')
        }

        # Path: where go install puts programs; it goes behind what PATH holds
        Environment Path
        {
            Name   = 'Path'
            Value  = 'D:\my go\bin'
            Ensure = 'Present'
            Path   = $true
            Target = @('Machine')
        }

    }
}

GoEnvironment -OutputPath (Join-Path $PSScriptRoot 'GoEnvironment')
