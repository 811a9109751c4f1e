#!/usr/bin/env pwsh
<#
.SYNOPSIS
    Builds, tests, formats, installs and packages the module.
.DESCRIPTION
    Every task can be repeated. Each task first builds the parts that it needs.
    Build    the module, into out/EtcdAdmin
    Test     all tests
    Format   formats the C# code as the build requires
    Install  the module, for the current user
    Package  a zip file for people without the .NET SDK, into out/
    Bench    the measurements in bench/
.EXAMPLE
    ./build.ps1 -Task Install
#>
[CmdletBinding()]
param(
    [ValidateSet('Build', 'Test', 'Format', 'Install', 'Package', 'Bench')]
    [string[]]$Task = 'Build',

    [ValidateSet('Debug', 'Release')]
    [string]$Configuration = 'Release'
)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$out = Join-Path $PSScriptRoot 'out'
$module = Join-Path $out 'EtcdAdmin'

function Invoke-Dotnet {
    Write-Host "dotnet $args"
    & dotnet @args
    if ($LASTEXITCODE -ne 0) { throw "'dotnet $args' ended with exit code $LASTEXITCODE; its messages are above." }
}

function Get-BuiltVersion { (Import-PowerShellDataFile (Join-Path $module 'EtcdAdmin.psd1')).ModuleVersion }

function Get-UserModulePath {
    if ($IsWindows) { return Join-Path ([Environment]::GetFolderPath('MyDocuments')) 'PowerShell/Modules' }
    Join-Path ([Environment]::GetFolderPath('LocalApplicationData', 'DoNotVerify')) 'powershell/Modules'
}

function Invoke-Build { Invoke-Dotnet build --configuration $Configuration --nologo }

function Invoke-Test { Invoke-Dotnet test --configuration $Configuration }

function Invoke-Format { Invoke-Dotnet format }

function Invoke-Install {
    Invoke-Build
    $target = Join-Path (Get-UserModulePath) 'EtcdAdmin' (Get-BuiltVersion)
    if (Test-Path $target) { Remove-Item $target -Recurse -Force }
    New-Item $target -ItemType Directory -Force | Out-Null
    Copy-Item (Join-Path $module '*') $target -Recurse
    Write-Host "Installed in $target. In a new session: Import-Module EtcdAdmin"
}

function Invoke-Package {
    Invoke-Build
    $package = Join-Path $out "EtcdAdmin-$(Get-BuiltVersion).zip"
    Remove-Item $package -ErrorAction Ignore
    [IO.Compression.ZipFile]::CreateFromDirectory($module, $package, 'Optimal', $true)
    Write-Host "Packaged as $package. Unpack it into a folder of `$env:PSModulePath."
}

function Invoke-Bench { Invoke-Dotnet run --configuration Release --project (Join-Path $PSScriptRoot 'bench' 'EtcdAdmin.Bench') }

Push-Location $PSScriptRoot
try {
    foreach ($each in $Task) { & "Invoke-$each" }
}
finally {
    Pop-Location
}
