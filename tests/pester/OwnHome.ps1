# For tests on real clusters of this machine: dot-sourced in BeforeAll, it makes a home and a folder of their own, and free ports.
$outside = @{ ETCDADMIN_HOME = $env:ETCDADMIN_HOME; ETCDADMIN_PACKAGES = $env:ETCDADMIN_PACKAGES }
# Clusters of our own, but the packages that this user has already.
$userHome = $env:ETCDADMIN_HOME ? $env:ETCDADMIN_HOME : (Join-Path ([Environment]::GetFolderPath('LocalApplicationData', 'DoNotVerify')) 'EtcdAdmin')
if (-not $env:ETCDADMIN_PACKAGES) { $env:ETCDADMIN_PACKAGES = Join-Path $userHome 'packages' }
# Not TestDrive: Pester empties that after each block, under the feet of running members.
$folder = New-Item -ItemType Directory (Join-Path ([IO.Path]::GetTempPath()) "etcdadmin-session-$PID-$(Get-Random)")
$env:ETCDADMIN_HOME = Join-Path $folder 'home'
Push-Location $folder

# Below the range from which systems take ports for outgoing connections, beginning elsewhere in each process.
$script:nextPort = 24000 + $PID % 80 * 100
function Get-FreePort([int]$Count) {
    for ($found = 0; $found -lt $Count; $script:nextPort++) {
        $listener = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, $script:nextPort)
        try { $listener.Start(); $script:nextPort; $found++ } catch [Net.Sockets.SocketException] { continue } finally { $listener.Stop() }
    }
}

# Runs what installs the clusters of a test file, and gives why they are not there: null where they are.
function Install-OwnCluster([string]$Version, [scriptblock]$Install) {
    try {
        & $Install | Out-Null
        $null
    }
    catch {
        if ($_.FullyQualifiedErrorId -notlike 'EtcdPackageNotFound,*') { throw }
        "etcd $Version is not available here: $_"
    }
}

function Remove-OwnHome {
    Get-EtcdCluster | Uninstall-EtcdCluster -RemoveData -Confirm:$false
    Pop-Location
    Remove-Item $folder -Recurse -Force
    foreach ($name in $outside.Keys) { Set-Item "env:$name" $outside[$name] }
}
