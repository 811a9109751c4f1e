# Metrics and monitoring, as operators use them at the prompt.
BeforeAll {
    . "$PSScriptRoot/OneMember.ps1"
}

AfterAll { Remove-OwnHome }

Describe 'Get-EtcdMetric' {
    BeforeEach { if ($missing) { Set-ItResult -Skipped -Because $missing } }

    It 'shows metrics by name and by pattern, with their labels' {
        $leader = Get-EtcdMetric demo etcd_server_has_leader
        $leader.Member, $leader.Value, "$($leader.Type)" | Should -Be demo-1, 1, Gauge
        $sync = Get-EtcdCluster demo | Get-EtcdMetric -Name etcd_disk_wal_fsync_duration_seconds
        $sync.Name | Select-Object -Unique | Should -Be 'etcd_disk_wal_fsync_duration_seconds_bucket', 'etcd_disk_wal_fsync_duration_seconds_sum', 'etcd_disk_wal_fsync_duration_seconds_count'
        ($sync | Where-Object { $_.Name -like '*_bucket' })[-1].Labels.le | Should -Be '+Inf'
        (Get-EtcdMetric demo 'ETCD_mvcc_db_total_size_*').Name | Should -Be 'etcd_mvcc_db_total_size_in_bytes', 'etcd_mvcc_db_total_size_in_use_in_bytes'
        @(Get-EtcdMetric demo).Count | Should -BeGreaterThan 500
    }

    It 'shows a table in 80 columns' {
        $lines = (Get-EtcdMetric demo etcd_server_has_leader, etcd_server_leader_changes_seen_total | Out-String -Width 80) -replace "`e\[[\d;]*m" -split '\r?\n' | ForEach-Object TrimEnd | Where-Object { $_ }
        $lines[0] | Should -Be '   Cluster: demo'
        $lines[1] | Should -MatchExactly '^Member +Value +Per second +Name$'
        $lines[3] | Should -MatchExactly '^demo-1 +1 +etcd_server_has_leader$'
    }

    It 'gives rates over an interval' {
        # Reading them is counted too.
        $read = Get-EtcdMetric demo promhttp_metric_handler_requests_total -Interval 0.5 | Where-Object { $_.Labels.code -eq '200' }
        $read.Rate | Should -BeGreaterThan 0.5
        $read.Rate | Should -BeLessOrEqual 2
        (Get-EtcdMetric demo etcd_server_has_leader -Interval 0.1).Rate | Should -BeNullOrEmpty
    }

    It 'names what is not there, and goes on' {
        $found = Get-EtcdMetric demo etcd_no_such, etcd_server_has_leader -ErrorVariable errors -ErrorAction SilentlyContinue
        $found.Name | Should -Be etcd_server_has_leader
        $errors[0].FullyQualifiedErrorId | Should -BeLike 'EtcdMetricNotFound,*'
        $errors[0].TargetObject, "$($errors[0].CategoryInfo.Category)" | Should -Be etcd_no_such, ObjectNotFound
        $port = Get-FreePort 1
        $closed = $null
        'demo', 'demo' | Get-EtcdMetric -Name etcd_server_has_leader -Port $port -ErrorVariable closed -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        @($closed).Count | Should -Be 2
        $closed[0].FullyQualifiedErrorId | Should -BeLike 'EtcdConnectFailed,*'
        $closed[0].TargetObject | Should -Be demo-1
    }
}

Describe 'Export-EtcdMonitoring' {
    BeforeEach { if ($missing) { Set-ItResult -Skipped -Because $missing } }

    It 'writes nothing with -WhatIf' {
        Export-EtcdMonitoring demo ./none -WhatIf | Should -BeNullOrEmpty
        './none' | Should -Not -Exist
    }

    It 'writes all files, and refuses to replace them' {
        $files = Get-EtcdCluster | Export-EtcdMonitoring -Destination ./monitoring
        "$($files.Kind)" | Should -Be 'ScrapeJob AlertRules Dashboard Nagios Icinga Authority Certificate PrivateKey'
        $files.Path | Should -Exist
        (Get-Content -Raw ./monitoring/grafana/etcd-dashboard.json | ConvertFrom-Json).panels.Count | Should -BeGreaterThan 20
        ($files | Out-String -Width 80) | Should -Match 'PrivateKey +demo +/'
        { Export-EtcdMonitoring demo ./monitoring -ErrorAction Stop } | Should -Throw -ErrorId 'EtcdFileExists,*'
        @(Export-EtcdMonitoring demo ./monitoring -Force).Count | Should -Be 8
    }
}

Describe 'Export-EtcdHealth' {
    BeforeEach { if ($missing) { Set-ItResult -Skipped -Because $missing } }

    It 'writes the health for node_exporter' {
        Export-EtcdHealth demo . -WhatIf | Should -BeNullOrEmpty
        './etcdadmin-demo.prom' | Should -Not -Exist
        $file = Get-EtcdCluster | Export-EtcdHealth -Destination .
        $file.Path | Should -Be (Join-Path $PWD etcdadmin-demo.prom)
        ($file | Out-String -Width 80) | Should -Match 'demo +Healthy with 1 known peer +/'
        $file | Get-Content | Should -Contain 'etcdadmin_member_healthy{cluster="demo",member="demo-1"} 1'
        { Export-EtcdHealth demo ./nowhere -ErrorAction Stop } | Should -Throw -ErrorId 'EtcdFileWriteFailed,*'
    }
}
