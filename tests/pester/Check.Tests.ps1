# All checks of a cluster, its recorded health, and advisories, as operators use them at the prompt.
BeforeAll {
    . "$PSScriptRoot/OneMember.ps1"
}

AfterAll { Remove-OwnHome }

Describe 'Checks' {
    BeforeEach { if ($missing) { Set-ItResult -Skipped -Because $missing } }

    It 'says what one member lacks' {
        $all = Test-EtcdCluster demo
        ($all | Where-Object Check -EQ Quorum).Severity | Should -Be Warning
        ($all | Where-Object Check -EQ Members).Severity | Should -Be Ok
        $all | Where-Object NeedsAttention | ForEach-Object Finding | Should -Not -BeNullOrEmpty
        ($all | Out-String -Width 200) | Should -Match '(?m)^Quorum +warning +The cluster has one voter'
    }

    It 'shows only the checks asked for' {
        Test-EtcdCluster demo -Check CIS-2.* -ExcludeCheck CIS-2.7 | ForEach-Object Check | Should -Be (1..6 | ForEach-Object { "CIS-2.$_" })
        Get-EtcdCluster demo | Test-EtcdCluster -Check Members | ForEach-Object Member | Should -Be demo-1
    }

    It 'is one line for Nagios, with an exit code' {
        $line = Test-EtcdCluster demo -Nagios -Check Members, Alarms
        $line | Should -Be 'ETCD OK - demo: 2 checks passed | checks=2;;;0 critical=0;;0;0 warning=0;0;;0 unknown=0;;;0'
        $line.ExitCode | Should -Be 0
        $global:LASTEXITCODE | Should -Be 0
        (Test-EtcdCluster demo -Nagios -Check Quorum).ExitCode | Should -Be 1
        $global:LASTEXITCODE | Should -Be 1
        $unknown = Test-EtcdCluster none -Nagios
        $unknown | Should -Match '^ETCD UNKNOWN - none: '
        $unknown.ExitCode | Should -Be 3
        ('demo', 'none' | Test-EtcdCluster -Nagios -Check Quorum).Status | Should -Be WARNING, UNKNOWN
        $global:LASTEXITCODE | Should -Be 1
        $global:LASTEXITCODE = 0
    }

    It 'records the health that is asked for' {
        Get-EtcdHealth demo | Out-Null
        $record = Get-EtcdHealthHistory demo | Select-Object -Last 1
        $record.Healthy | Should -BeTrue
        $record.Revision | Should -BeGreaterThan 0
        $record.Members[0].Member | Should -Be demo-1
        ($record | Out-String -Width 200) | Should -Match 'yes +demo-1 .*Healthy with 1 known peer'
        { Get-EtcdHealthHistory none -ErrorAction Stop } | Should -Throw -ErrorId 'EtcdClusterNotFound,*'
    }

    It 'watches until it is stopped' {
        $rounds = Get-EtcdHealth demo -Watch -Interval 0.2 | Select-Object -First 3
        $rounds.Member | Should -Be demo-1, demo-1, demo-1
        $start = Get-Date
        Get-EtcdHealth demo -Watch -Interval 60 -Changes | Select-Object -First 1 | ForEach-Object Reason | Should -Be leader
        ((Get-Date) - $start).TotalSeconds | Should -BeLessThan 20
    }

    It 'takes newer advisories from a file' {
        $file = Join-Path $TestDrive advisories.json
        '{ "format": 1, "date": "2026-11-20", "source": "a test", "firstSupported": "3.9", "advisories": [] }' | Set-Content $file
        Update-EtcdAdvisory $file -WhatIf
        (Test-EtcdCluster demo -Check EndOfLife).Severity | Should -Be Ok
        (Update-EtcdAdvisory $file | Out-String) | Should -Match '2026-11-20 +0 3.9 '
        (Test-EtcdCluster demo -Check EndOfLife).Severity | Should -Be Warning
        'nothing' | Set-Content $file
        { Update-EtcdAdvisory $file -ErrorAction Stop } | Should -Throw -ErrorId 'EtcdAdvisoryInvalid,*'
    }
}
