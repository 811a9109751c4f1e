# Removing old snapshots as an operator does it. Real snapshots come from one member that is installed here.
BeforeAll {
    Set-StrictMode -Version Latest
    $ErrorActionPreference = 'Stop'
    $module = Join-Path $PSScriptRoot '../../out/EtcdAdmin' | Resolve-Path
    Import-Module "$module/EtcdAdmin.psd1"

    $outside = @{ ETCDADMIN_HOME = $env:ETCDADMIN_HOME; ETCDADMIN_PACKAGES = $env:ETCDADMIN_PACKAGES }
    $userHome = $env:ETCDADMIN_HOME ? $env:ETCDADMIN_HOME : (Join-Path ([Environment]::GetFolderPath('LocalApplicationData', 'DoNotVerify')) 'EtcdAdmin')
    if (-not $env:ETCDADMIN_PACKAGES) { $env:ETCDADMIN_PACKAGES = Join-Path $userHome 'packages' }
    $folder = New-Item -ItemType Directory (Join-Path ([IO.Path]::GetTempPath()) "etcdadmin-retention-$PID")
    $env:ETCDADMIN_HOME = Join-Path $folder 'home'
    Push-Location $folder

    $missing = $null
    try {
        $listeners = 1..2 | ForEach-Object { [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0) }
        $ports = $listeners | ForEach-Object { $_.Start(); $_.LocalEndpoint.Port }
        $listeners | ForEach-Object Stop
        $saved = Install-EtcdCluster kept -Local -Size 1 -Version 3.5 -ClientPort $ports[0] -PeerPort $ports[1] | Save-EtcdSnapshot -Destination ./first
    }
    catch {
        if ($_.FullyQualifiedErrorId -notlike 'EtcdPackageNotFound,*') { throw }
        $missing = "etcd 3.5 is not to be had here: $_"
    }

    function New-Catalogue {
        $path = New-Item -ItemType Directory (Join-Path $folder ([guid]::NewGuid()))
        foreach ($day in 1..4) { Copy-Item $saved.Path "$path/etcd-snapshot-2026-01-0$day-00.00.00.db" }
        $path.FullName
    }
}

AfterAll {
    Get-EtcdCluster | Uninstall-EtcdCluster -RemoveData -Confirm:$false
    Pop-Location
    Remove-Item $folder -Recurse -Force
    foreach ($name in $outside.Keys) { Set-Item "env:$name" $outside[$name] }
}

Describe 'Remove-EtcdSnapshot' {
    BeforeEach {
        if ($missing) { Set-ItResult -Skipped -Because $missing }
        else { $path = New-Catalogue }
    }

    It 'removes what no rule keeps, and says why the others stay' {
        $told = Remove-EtcdSnapshot $path -Keep 1 -KeepDaily 2 -Confirm:$false

        $told.Action | Should -Be Kept, Kept, Removed, Removed
        $told[0].Reason | Should -Be 'number 1 of the newest 1; newest of day 2026-01-04, 1 of 2'
        (Get-ChildItem $path).Name | Should -Be 'etcd-snapshot-2026-01-03-00.00.00.db', 'etcd-snapshot-2026-01-04-00.00.00.db'
    }

    It 'removes nothing under -WhatIf' {
        $told = Remove-EtcdSnapshot $path -Keep 1 -WhatIf 6>&1

        $told.Action | Should -Be Kept, ToBeRemoved, ToBeRemoved, ToBeRemoved
        Get-ChildItem $path | Should -HaveCount 4
    }

    It 'takes snapshots from the pipeline' {
        Get-EtcdSnapshot $path | Select-Object -First 3 | Remove-EtcdSnapshot -Keep 1 -Confirm:$false | Out-Null
        Get-ChildItem $path -Filter *-04-* | Remove-EtcdSnapshot -Confirm:$false | Out-Null

        (Get-ChildItem $path).Name | Should -Be 'etcd-snapshot-2026-01-03-00.00.00.db'
    }

    It 'refuses the last valid one, a folder without rules, and force with rules' {
        { Get-EtcdSnapshot $path | Remove-EtcdSnapshot -Confirm:$false -ErrorAction Stop } | Should -Throw -ErrorId 'EtcdSnapshotLast,*'
        { Remove-EtcdSnapshot $path -Confirm:$false -ErrorAction Stop } | Should -Throw -ErrorId 'EtcdInvalidArgument,*'
        { Remove-EtcdSnapshot $path -Keep 1 -Force -Confirm:$false } | Should -Throw -ErrorId 'AmbiguousParameterSet,*'
        Get-ChildItem $path | Should -HaveCount 4

        (Get-EtcdSnapshot $path | Remove-EtcdSnapshot -Force -Confirm:$false).Action | Should -Be Removed, Removed, Removed, Removed
    }
}
