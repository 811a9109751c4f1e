# A whole cluster that is stopped and started, on real servers of this machine, which serve all tests in this order.
BeforeAll {
    Set-StrictMode -Version Latest
    $ErrorActionPreference = 'Stop'
    $module = Join-Path $PSScriptRoot '../../out/EtcdAdmin' | Resolve-Path
    Import-Module "$module/EtcdAdmin.psd1"
    . "$PSScriptRoot/OwnHome.ps1"
    . "$PSScriptRoot/NewPwsh.ps1"

    $missing = Install-OwnCluster 3.4 {
        $script:demo = Install-EtcdCluster demo -Local -Size 3 -Version 3.4 -ClientPort (Get-FreePort 3) -PeerPort (Get-FreePort 3)
        Set-EtcdKey -Cluster demo /k kept
    }
}

AfterAll { Remove-OwnHome }

Describe 'All members of a cluster' {
    BeforeEach { if ($missing) { Set-ItResult -Skipped -Because $missing } }

    It 'are not stopped without -Force, not even the first' {
        Get-EtcdMember demo | Stop-EtcdMember -ErrorAction SilentlyContinue -ErrorVariable refused

        $refused | Should -HaveCount 1
        $refused[0].FullyQualifiedErrorId | Should -BeLike 'EtcdQuorumAtRisk,*'
        $refused[0].CategoryInfo.Category | Should -Be 'InvalidOperation'
        $refused[0].TargetObject | Should -Be 'demo'
        "$($refused[0])" | Should -BeLike '*3 of 3 voter(s) are up, 0 would be left, and the quorum is 2*'
        Get-EtcdHealth demo | ForEach-Object Healthy | Should -Be $true, $true, $true
    }

    It 'stop one after the other under -Force, which says what that costs' {
        $stopped = Get-EtcdMember demo | Stop-EtcdMember -Force -PassThru -WarningAction SilentlyContinue -WarningVariable told

        "$told" | Should -BeLike "*'demo' does not serve without demo-1, demo-2, demo-3: *0 would be left, and the quorum is 2*"
        $stopped.Name | Should -Be 'demo-1', 'demo-2', 'demo-3'
        (Get-EtcdMember demo).State | Should -Be 'Stopped', 'Stopped', 'Stopped'
    }

    It 'are left alone under -WhatIf' {
        Get-EtcdMember demo | Start-EtcdMember -WhatIf -PassThru | Should -BeNullOrEmpty

        (Get-EtcdMember demo).State | Should -Be 'Stopped', 'Stopped', 'Stopped'
    }

    It 'start together, and serve' {
        $took = Measure-Command { $script:started = Get-EtcdMember demo | Start-EtcdMember -PassThru -Timeout 30 }

        $started.Name | Should -Be 'demo-1', 'demo-2', 'demo-3'
        $started.State | Sort-Object | Should -Be 'Leader', 'Follower', 'Follower'
        $took.TotalSeconds | Should -BeLessThan 30
        Get-EtcdHealth demo | ForEach-Object Healthy | Should -Be $true, $true, $true
        (Get-EtcdKey -Cluster demo /k).Value | Should -Be 'kept'
    }

    It 'are each an error of their own, which hides none of the others' {
        Stop-EtcdMember * -Cluster demo -Force -WarningAction SilentlyContinue
        $home2 = $demo.Spec.Members[1].Directory
        Rename-Item "$home2/etcd.conf.yml" 'etcd.conf.yml.away'
        try {
            $started = Start-EtcdMember demo-2, demo-9, demo-1, demo-3 -Cluster demo -PassThru -ErrorAction SilentlyContinue -ErrorVariable failed
        }
        finally { Rename-Item "$home2/etcd.conf.yml.away" 'etcd.conf.yml' }
        $after = Start-EtcdMember demo-2 -Cluster demo -PassThru

        $started.Name | Sort-Object | Should -Be 'demo-1', 'demo-3'
        $failed | Should -HaveCount 2
        $failed.FullyQualifiedErrorId | Sort-Object | Should -BeLike 'EtcdMember*'
        ($failed | Where-Object TargetObject -EQ 'demo-2').FullyQualifiedErrorId | Should -BeLike 'EtcdMemberStartFailed,*'
        ($failed | Where-Object TargetObject -EQ 'demo-2').CategoryInfo.Category | Should -Be 'OperationStopped'
        ($failed | Where-Object TargetObject -EQ 'demo-9').FullyQualifiedErrorId | Should -BeLike 'EtcdMemberNotFound,*'
        ($failed | Where-Object TargetObject -EQ 'demo-9').CategoryInfo.Category | Should -Be 'ObjectNotFound'
        $after.State | Should -Be 'Follower'
    }

    It 'warn where one runs alone: the others have to be started as well' {
        Stop-EtcdMember demo-2, demo-3 -Cluster demo -Force -WarningAction SilentlyContinue
        $until = [DateTime]::UtcNow.AddSeconds(20) # it gives up its leader first
        do { Start-EtcdMember demo-1 -Cluster demo -WarningVariable warned -WarningAction SilentlyContinue } while (-not $warned -and [DateTime]::UtcNow -lt $until)
        Start-EtcdMember demo-2, demo-3 -Cluster demo

        $warned | Should -HaveCount 1
        $warned[0].Message | Should -BeLike 'Member demo-1 runs but does not serve, because *no quorum*Start-EtcdMember*'
    }
}

Describe 'Restart-EtcdMember' {
    BeforeEach { if ($missing) { Set-ItResult -Skipped -Because $missing } }

    It 'starts those together that are stopped where the cluster does not serve, and restarts the others: <_> runs' -ForEach 'none', 'demo-3' {
        Stop-EtcdMember * -Cluster demo -Force -WarningAction SilentlyContinue
        if ($_ -ne 'none') { Start-EtcdMember $_ -Cluster demo -Timeout 1 -ErrorAction Ignore }
        $ran = (Get-EtcdMember demo).ProcessId | Where-Object { $_ }
        Restart-EtcdMember * -Cluster demo -WhatIf -PassThru | Should -BeNullOrEmpty
        (Get-EtcdMember demo).ProcessId | Where-Object { $_ } | Should -Be $ran

        $took = Measure-Command { $script:restarted = Restart-EtcdMember * -Cluster demo -Timeout 20 -PassThru }

        $restarted.Name | Sort-Object | Should -Be 'demo-1', 'demo-2', 'demo-3'
        $took.TotalSeconds | Should -BeLessThan 20
        $after = Get-EtcdMember demo
        $after.State | Sort-Object | Should -Be 'Leader', 'Follower', 'Follower'
        if ($ran) { $after.ProcessId | Should -Not -Contain $ran }
    }

    It 'starts what it is stopping before the process ends that is told to end' -Skip:(-not $IsLinux) {
        $member = (Get-EtcdMember demo | Where-Object State -EQ 'Follower')[0].Name
        $directory = ($demo.Spec.Members | Where-Object Name -EQ $member).Directory
        $etcd = [int](Get-Content "$directory/etcd.pid")
        $said = Join-Path $folder 'restart.out'
        $command = "Import-Module '$module/EtcdAdmin.psd1'; Restart-EtcdMember $member -Cluster demo -Force"
        # It does not end on its own: what stops it has to wait.
        /bin/kill -STOP $etcd
        $child = Start-NewPwsh $command $said
        try {
            $until = [datetime]::UtcNow.AddSeconds(60)
            # SIGTERM, the 15th, is pending.
            while (-not (Select-String -Path "/proc/$etcd/status" -Pattern '^ShdPnd:\s+[0-9a-f]*[4-7c-f][0-9a-f]{3}$' -Quiet)) {
                if ($child.HasExited -or [datetime]::UtcNow -gt $until) { throw "it did not come so far: $(Get-Content $said, "$said.err")" }
                Start-Sleep -Milliseconds 10
            }

            /bin/kill -TERM $child.Id
            Start-Sleep -Milliseconds 300
            /bin/kill -CONT $etcd
            $child.WaitForExit(60000) | Should -BeTrue
        }
        finally {
            if (-not $child.HasExited) { $child.Kill() }
            /bin/kill -CONT $etcd 2>$null
        }

        $now = [int](Get-Content "$directory/etcd.pid")
        $now | Should -Not -Be $etcd
        (Get-Process -Id $now).ProcessName | Should -Be 'etcd'
    }
}
