# For tests that need one small cluster: a folder and a home of their own, and a cluster "demo" of one member in it. Dot-source it in BeforeAll;
# AfterAll calls Remove-OneMember. $missing says why there is none.
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$module = Join-Path $PSScriptRoot '../../out/EtcdAdmin' | Resolve-Path
Import-Module "$module/EtcdAdmin.psd1"

$outside = @{ ETCDADMIN_HOME = $env:ETCDADMIN_HOME; ETCDADMIN_PACKAGES = $env:ETCDADMIN_PACKAGES }
# Clusters of our own, but the packages that this user has already.
$userHome = $env:ETCDADMIN_HOME ? $env:ETCDADMIN_HOME : (Join-Path ([Environment]::GetFolderPath('LocalApplicationData', 'DoNotVerify')) 'EtcdAdmin')
if (-not $env:ETCDADMIN_PACKAGES) { $env:ETCDADMIN_PACKAGES = Join-Path $userHome 'packages' }
# Not TestDrive: Pester empties that after each block, under the feet of a running member.
$folder = New-Item -ItemType Directory (Join-Path ([IO.Path]::GetTempPath()) "etcdadmin-pester-$([guid]::NewGuid().ToString('n'))")
$env:ETCDADMIN_HOME = Join-Path $folder 'home'
Push-Location $folder

function Remove-OneMember {
    Pop-Location
    Get-EtcdCluster | Uninstall-EtcdCluster -RemoveData -Confirm:$false
    Remove-Item $folder -Recurse -Force
    foreach ($name in $outside.Keys) { Set-Item "env:$name" $outside[$name] }
}

# Both at once, so that they are two.
$listeners = 1..2 | ForEach-Object { $listener = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0); $listener.Start(); $listener }
$ports = $listeners.LocalEndpoint.Port
$listeners.Stop()
$missing = $null
$c = $null
try {
    $c = Install-EtcdCluster demo -Local -Version 3.5 -ClientPort $ports[0] -PeerPort $ports[1]
}
catch {
    if ($_.FullyQualifiedErrorId -notlike 'EtcdPackageNotFound,*') { throw }
    $missing = "etcd 3.5 is not to be had here: $_"
}
