# Health monitors, as operators use them at the prompt: the module, PowerShell and the cluster are real. A stand-in for the systemd of a user starts
# services from their units.
BeforeAll {
    . "$PSScriptRoot/OneMember.ps1"
    $outer = @{ PATH = $env:PATH; HOME = $env:HOME; XDG_RUNTIME_DIR = $env:XDG_RUNTIME_DIR }

    function Set-Tool([string]$Name, [string]$Text) {
        Set-Content "$folder/bin/$Name" "#!/bin/sh`n$Text"
        chmod +x "$folder/bin/$Name"
    }

    if ($IsLinux) {
        New-Item -ItemType Directory "$folder/bin", "$folder/user", "$folder/metrics" | Out-Null
        Set-Tool id 'case "$1" in -un) echo ops ;; *) echo 1000 ;; esac'
        Set-Tool systemctl @"
[ "`$1" = --user ] || exit 9
shift
[ "`$1" != --quiet ] || shift
case `$1 in
    start) eval "`$(sed -n 's/^ExecStart=//p' "`$HOME/.config/systemd/user/`$2")" ;;
    enable) : >'$folder/on' ;;
    disable) rm -f '$folder/on' ;;
    is-enabled) [ ! -e '$folder/on' ] || echo enabled ;;
    is-active) case `$2 in *.timer) [ ! -e '$folder/on' ] || echo active ;; *) echo inactive ;; esac ;;
esac
"@
        $env:PATH = "$folder/bin:$env:PATH"
        $env:HOME = "$folder/user"
        $env:XDG_RUNTIME_DIR = '/nowhere'
    }
    function Get-UserFile { @(Get-ChildItem "$folder/user" -Recurse -File -Force -Filter *monitor*).Count }
}

AfterAll {
    Remove-OwnHome
    foreach ($name in $outer.Keys) { Set-Item "env:$name" $outer[$name] }
}

Describe 'Health monitors' {
    BeforeEach {
        if ($missing) { Set-ItResult -Skipped -Because $missing }
        elseif (-not $IsLinux) { Set-ItResult -Skipped -Because 'monitors need systemd' }
    }

    It 'shows the steps with -WhatIf, and changes nothing' {
        Get-EtcdHealthMonitor | Should -BeNullOrEmpty
        Register-EtcdHealthMonitor demo -WhatIf -WarningAction SilentlyContinue | Should -BeNullOrEmpty
        Get-UserFile | Should -Be 0
        (Get-EtcdHealthMonitor demo).Registered | Should -BeFalse
    }

    It 'records the health and writes the metrics from the first run on' {
        $monitor = Get-EtcdCluster demo | Register-EtcdHealthMonitor -Every 10 -Destination ./metrics -WarningVariable warnings -WarningAction SilentlyContinue
        $monitor.Healthy, $monitor.LastResult, $monitor.Destination | Should -Be $true, 'Healthy with 1 known peer', (Join-Path $PWD metrics)
        "$warnings" | Should -Match 'loginctl enable-linger ops'
        @(Get-EtcdHealthHistory demo).Count | Should -Be 1
        Get-Content ./metrics/etcdadmin-demo.prom | Should -Contain 'etcdadmin_cluster_healthy{cluster="demo"} 1'
        Register-EtcdHealthMonitor demo -Every 10 -Destination ./metrics -InformationVariable said 6>$null | Out-Null
        "$said" | Should -Be 'Cluster demo already has this monitor; nothing to do.'
        @(Get-EtcdHealthHistory demo).Count | Should -Be 1
    }

    It 'shows a table in 80 columns' {
        $lines = (Get-EtcdHealthMonitor | Out-String -Width 80) -replace "`e\[[\d;]*m" -split '\r?\n' | ForEach-Object TrimEnd | Where-Object { $_ }
        $lines[0] | Should -MatchExactly '^Cluster +Works +Every +Last \(UTC\) +Next \(UTC\) +Reason$'
        "$lines" | Should -MatchExactly 'demo +yes +00:10:00 +\d\d-\d\d \d\d:\d\d +Healthy with 1 known peer'
        $lines | ForEach-Object { $_.Length | Should -BeLessOrEqual 80 }
    }

    It 'counts a sick cluster as a result' {
        Stop-EtcdMember demo-1 -Cluster demo -Force -Confirm:$false | Out-Null
        try { systemctl --user start etcd-monitor-demo.service | Should -Be 'Errored with 0 known peers' }
        finally { Start-EtcdMember demo-1 -Cluster demo | Out-Null }
        $monitor = Get-EtcdHealthMonitor demo
        $monitor.Healthy, $monitor.Reason | Should -Be $true, 'Errored with 0 known peers'
        (Get-EtcdHealthHistory demo)[-1].Healthy | Should -BeFalse
    }

    It 'shows why a run could not record, and keeps the health that it could' {
        Rename-Item ./metrics elsewhere
        $before = @(Get-EtcdHealthHistory demo).Count
        systemctl --user start etcd-monitor-demo.service 2>$null
        $monitor = Get-EtcdHealthMonitor demo
        $monitor.Healthy, $monitor.LastResult | Should -Be $false, 'failed'
        $monitor.LastError | Should -Match 'etcdadmin-demo.prom'
        @(Get-EtcdHealthHistory demo).Count | Should -Be ($before + 1)
        Rename-Item ./elsewhere metrics
    }

    It 'registers nothing if the first run fails' {
        Unregister-EtcdHealthMonitor demo | ForEach-Object Registered | Should -BeFalse
        { Register-EtcdHealthMonitor demo -Destination ./metrics -SnapshotPath ./nowhere -WarningAction SilentlyContinue -ErrorAction Stop } |
            Should -Throw -ExpectedMessage '*nowhere*'
        Get-UserFile | Should -Be 0
    }

    It 'refuses other times, and clusters that are not saved' {
        { Register-EtcdHealthMonitor demo -Every 7 -ErrorAction Stop } | Should -Throw -ErrorId 'EtcdSpecInvalid,*'
        { Register-EtcdHealthMonitor none -ErrorAction Stop } | Should -Throw -ErrorId 'EtcdClusterNotFound,*'
        { Get-EtcdHealthMonitor none -ErrorAction Stop } | Should -Throw -ErrorId 'EtcdClusterNotFound,*'
        { Register-EtcdHealthMonitor demo -SnapshotPath . } | Should -Throw
    }

    It 'is removed with the cluster' {
        Register-EtcdHealthMonitor demo -WarningAction SilentlyContinue | Out-Null
        Get-UserFile | Should -BeGreaterThan 0
        Uninstall-EtcdCluster demo -RemoveData -Confirm:$false | Out-Null
        Get-UserFile | Should -Be 0
        Get-EtcdHealthMonitor | Should -BeNullOrEmpty
    }

    It 'says what to do without systemd' {
        Set-Tool systemctl 'exit 1'
        $port = Get-FreePort 2
        Install-EtcdCluster plain -Local -Version 3.5 -ClientPort $port[0] -PeerPort $port[1] | Out-Null
        { Register-EtcdHealthMonitor plain -ErrorAction Stop } | Should -Throw -ErrorId 'EtcdHostNotSupported,*'
        $Error[0].ErrorDetails.RecommendedAction | Should -BeLike '*pwsh -NoProfile -c "Import-Module EtcdAdmin; Get-EtcdHealth plain"'
    }
}
