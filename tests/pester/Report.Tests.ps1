# Reports, as operators write them at the prompt.
BeforeAll {
    . "$PSScriptRoot/OneMember.ps1"
}

AfterAll { Remove-OwnHome }

Describe 'Export-EtcdReport' {
    BeforeEach { if ($missing) { Set-ItResult -Skipped -Because $missing } }

    It 'writes nothing with -WhatIf' {
        Export-EtcdReport demo ./none.html -WhatIf | Should -BeNullOrEmpty
        './none.html' | Should -Not -Exist
    }

    It 'writes one file about all clusters, and replaces it only with -Force' {
        $report = Get-EtcdCluster | Export-EtcdReport -Path ./etcd.html -Title 'Our clusters'
        "$($report.Format)", "$($report.Clusters)" | Should -Be Html, demo
        $report.Path | Should -Be (Join-Path $PWD etcd.html)
        Get-Content ./etcd.html -Raw | Should -Match '<h1>Our clusters</h1>'
        $again = $null
        Export-EtcdReport demo ./etcd.html -ErrorVariable again -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $again[0].FullyQualifiedErrorId | Should -BeLike 'EtcdFileExists,*'
        $again[0].ErrorDetails.RecommendedAction | Should -Match '-Force'
        (Export-EtcdReport demo ./etcd.html -Force).Path | Should -Exist
    }

    It 'writes Markdown and JSON by the extension' {
        (Export-EtcdReport demo ./etcd.md -Force).Format | Should -Be Markdown
        Get-Content ./etcd.md -Raw | Should -Match '(?m)^## demo: '
        Export-EtcdReport demo ./etcd.json -Force | Out-Null
        $read = Get-Content ./etcd.json -Raw | ConvertFrom-Json
        $read.clusters[0].members[0].member | Should -Be demo-1
        $read.clusters[0].checks.check | Should -Contain Quorum
        Export-EtcdReport demo ./etcd.txt -ErrorVariable name -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $name[0].FullyQualifiedErrorId | Should -BeLike 'EtcdInvalidArgument,*'
    }

    It 'reports what is wrong as a number' {
        $lines = (Export-EtcdReport demo ./etcd.html -Force | Out-String -Width 100) -split '\r?\n' | Where-Object { $_ }
        $lines[0] -replace "`e\[[\d;]*m" | Should -MatchExactly '^Worst +Critical +Warnings +Size +Path'
    }

    It 'reports unknown clusters and goes on with the others' {
        $unknown = $null
        $report = 'nobody', 'demo' | Export-EtcdReport -Path ./some.html -ErrorVariable unknown -ErrorAction SilentlyContinue
        "$($report.Clusters)" | Should -Be demo
        $unknown[0].TargetObject | Should -Be nobody
    }
}
