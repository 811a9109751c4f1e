# Clusters that are stopped and started as a whole, as operators do it at the prompt.
BeforeAll {
    . "$PSScriptRoot/OneMember.ps1"
}

AfterAll { Remove-OwnHome }

Describe 'A cluster' {
    BeforeEach { if ($missing) { Set-ItResult -Skipped -Because $missing } }

    It 'is suspended only after the plan is agreed to' {
        Suspend-EtcdCluster demo -WhatIf -WarningAction SilentlyContinue | Should -BeNullOrEmpty
        (Get-EtcdHealth demo).Healthy | Should -BeTrue
    }

    It 'is suspended and resumed through the pipeline' {
        Set-EtcdKey /kept value -Cluster demo | Out-Null
        $suspended = Get-EtcdCluster demo | Suspend-EtcdCluster -Confirm:$false -WarningVariable warned -WarningAction SilentlyContinue
        $suspended.Name | Should -Be demo
        "$warned" | Should -BeLike "*does not serve until Resume-EtcdCluster demo*"
        (Get-EtcdHealth demo).Healthy | Should -BeFalse
        Suspend-EtcdCluster demo -Confirm:$false -InformationVariable said | Out-Null
        "$said" | Should -Be 'No member of cluster demo runs; nothing to do.'

        (Resume-EtcdCluster demo | Get-EtcdHealth).Healthy | Should -BeTrue
        (Get-EtcdKey /kept -Cluster demo).Value | Should -Be value
        Resume-EtcdCluster demo -InformationVariable said | Out-Null
        "$said" | Should -Be 'All members of cluster demo run already; nothing to do.'
    }
}
