# Space and alarms, as operators deal with them at the prompt.
BeforeAll {
    . "$PSScriptRoot/OneMember.ps1"
}

AfterAll { Remove-OwnHome }

Describe 'Space' {
    BeforeEach { if ($missing) { Set-ItResult -Skipped -Because $missing } }

    It 'has no alarm, and clearing says so' {
        Get-EtcdAlarm demo | Should -BeNullOrEmpty
        Clear-EtcdAlarm demo -InformationVariable said
        "$said" | Should -Be 'Cluster demo has no alarm to disarm.'
    }

    It 'compacts only after the plan is agreed to' {
        1..30 | ForEach-Object { Set-EtcdKey -Cluster demo counted $_ }
        Compress-EtcdHistory demo -Keep 10 -WhatIf | Should -BeNullOrEmpty
        $done = Compress-EtcdHistory demo -Keep 10 -Confirm:$false
        $done.Compacted | Should -BeTrue
        $done.CurrentRevision - $done.Revision | Should -Be 9
        ($done | Out-String) | Should -Match 'demo +yes'
        { Compress-EtcdHistory demo -Revision 1e6 -Confirm:$false -ErrorAction Stop } | Should -Throw -ErrorId 'EtcdFutureRevision,*'
    }

    It 'compacts to an age, by the recorded health' {
        $missingRecord = { Compress-EtcdHistory demo -OlderThan 1.00:00:00 -Confirm:$false -ErrorAction Stop }
        $missingRecord | Should -Throw -ErrorId 'EtcdRevisionNotFound,*'
        $Error[0].CategoryInfo.Category | Should -Be ObjectNotFound
        $Error[0].ErrorDetails.RecommendedAction | Should -BeLike '*-SnapshotPath*'
        { Compress-EtcdHistory demo -OlderThan 60 -Keep 5 } | Should -Throw -ErrorId 'AmbiguousParameterSet,*'

        1..5 | ForEach-Object { Set-EtcdKey -Cluster demo aged $_ }
        $null = Get-EtcdHealth demo
        $recorded = Get-EtcdHealthHistory demo | Select-Object -Last 1
        1..5 | ForEach-Object { Set-EtcdKey -Cluster demo aged $_ }
        Start-Sleep -Milliseconds 50
        Compress-EtcdHistory demo -OlderThan 0.01 -WhatIf | Should -BeNullOrEmpty
        $done = Compress-EtcdHistory demo -OlderThan 0.01 -Confirm:$false
        $done.Compacted, $done.Revision, $done.RevisionTime, $done.RevisionSource |
            Should -Be $true, $recorded.Revision, $recorded.Time, 'health history'
    }

    It 'defragments the only voter when asked to' {
        { Optimize-EtcdMember * -Cluster demo -MinimumGainPercent 0 -ErrorAction Stop } | Should -Throw -ErrorId 'EtcdQuorumAtRisk,*'
        $done = Get-EtcdMember demo | Optimize-EtcdMember -MinimumGainPercent 0 -AllowLeader
        $done.Defragmented | Should -BeTrue
        $done.Member | Should -Be demo-1
        $left = Optimize-EtcdMember * -Cluster demo -MinimumGainBytes 1GB
        $left.Defragmented | Should -BeFalse
        ($left | Out-String -Width 200) | Should -Match 'It would release only'
    }

    It 'needs no repair while there is space' {
        Repair-EtcdSpace demo -InformationVariable said | ForEach-Object Members | Should -BeNullOrEmpty
        "$said" | Should -Be 'Cluster demo has enough space; nothing to do.'
    }

    It 'replaces no member whose data is not damaged' {
        { Repair-EtcdMember demo-1 -Cluster demo -Reason Corruption -Confirm:$false -ErrorAction Stop } | Should -Throw -ErrorId 'EtcdRequestRefused,*'
        (Get-EtcdHealth demo -CheckHash).Healthy, (Get-EtcdHealth demo -FullHash).Healthy | Should -Be $true, $true
    }
}

Describe 'Maintenance schedules' {
    BeforeEach { if ($missing) { Set-ItResult -Skipped -Because $missing } }

    It 'are refused for clusters on this machine, with the way out: <_>' -ForEach 'Register', 'Get', 'Unregister' {
        $schedule = Get-Command "$_-EtcdMaintenanceSchedule"

        { & $schedule demo -ErrorAction Stop } | Should -Throw -ErrorId 'EtcdNotSupported,*'
        $Error[0].ErrorDetails.RecommendedAction | Should -BeLike '*Optimize-EtcdMember `* -Cluster demo*'
    }

    It 'need times and rules that fit' {
        { Register-EtcdMaintenanceSchedule demo -Every 5:00:00 -ErrorAction Stop } | Should -Throw -ErrorId 'EtcdSpecInvalid,*'
        { Register-EtcdMaintenanceSchedule demo -QuotaPercent 101 } | Should -Throw -ErrorId 'ParameterArgumentValidationError,*'
        { Register-EtcdMaintenanceSchedule demo -Keep 0 } | Should -Throw -ErrorId 'ParameterArgumentValidationError,*'
    }
}
