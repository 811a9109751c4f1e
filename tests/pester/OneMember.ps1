# For tests that need one small cluster: a home of their own (OwnHome.ps1), and a cluster "demo" of one member in it. Dot-source it in
# BeforeAll; AfterAll calls Remove-OwnHome. $missing says why there is none.
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$module = Join-Path $PSScriptRoot '../../out/EtcdAdmin' | Resolve-Path
Import-Module "$module/EtcdAdmin.psd1"
. "$PSScriptRoot/OwnHome.ps1"

$missing = $null
$c = $null
try {
    $c = Install-EtcdCluster demo -Local -Version 3.5 -ClientPort (Get-FreePort 1) -PeerPort (Get-FreePort 1)
}
catch {
    if ($_.FullyQualifiedErrorId -notlike 'EtcdPackageNotFound,*') { throw }
    $missing = "etcd 3.5 is not available here: $_"
}
