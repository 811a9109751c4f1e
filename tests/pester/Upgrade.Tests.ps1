# Changing the version of a cluster, as operators do it at the prompt.
BeforeAll {
    Set-StrictMode -Version Latest
    $ErrorActionPreference = 'Stop'
    $module = Join-Path $PSScriptRoot '../../out/EtcdAdmin' | Resolve-Path
    Import-Module "$module/EtcdAdmin.psd1"
    . "$PSScriptRoot/OwnHome.ps1"
    $missing = Install-OwnCluster 3.4 {
        Install-EtcdCluster old -Local -Version 3.4 -ClientPort (Get-FreePort 1) -PeerPort (Get-FreePort 1)
        Set-EtcdKey /app/name value old
        $null = Save-EtcdPackage -Version 3.5 -ErrorAction Stop
    }
}

AfterAll { Remove-OwnHome }

Describe 'Changing the version' {
    BeforeEach { if ($missing) { Set-ItResult -Skipped -Because $missing } }

    It 'is checked without a change' {
        $checks = Test-EtcdUpgrade old -Version 3.5

        $checks.Result | Should -Not -Contain 'Fail'
        ($checks | Where-Object Gate -EQ Version).Reason | Should -Match 'cluster version 3\.4'
        ($checks | Out-String) | Should -Match 'Snapshot +warn'
        (Get-EtcdHealth old).RunningVersion.Minor | Should -Be 4
    }

    It 'is refused over several minor versions, with the steps' {
        { Update-EtcdCluster old -Version 3.7.1 } | Should -Throw -ErrorId 'EtcdUpgradeRefused,*'
        $Error[0].ErrorDetails.RecommendedAction | Should -Match 'etcd 3\.5, then etcd 3\.6, then etcd 3\.7'
        $Error[0].TargetObject | Should -Be 'old'
    }

    It 'needs a version or a package' {
        { Update-EtcdCluster old } | Should -Throw -ErrorId 'EtcdInvalidArgument,*'
    }

    It 'shows its steps with -WhatIf and touches nothing' {
        Update-EtcdCluster old -Version 3.5 -WhatIf

        (Get-EtcdHealth old).RunningVersion.Minor | Should -Be 4
    }

    It 'happens by pipeline, and is named by Install-EtcdCluster' {
        { Install-EtcdCluster old -Local -Version 3.5 } | Should -Throw -ErrorId 'EtcdSpecInvalid,*'
        $Error[0].ErrorDetails.RecommendedAction | Should -Match 'Update-EtcdCluster old'

        $updated = Get-EtcdCluster old | Update-EtcdCluster -Version 3.5 -Confirm:$false 6>$null

        ($updated | Get-EtcdHealth).RunningVersion.Minor | Should -Be 5
        (Get-EtcdKey /app/name old).Value | Should -Be 'value'
        Get-EtcdMember old | Update-EtcdMember -Version 3.5 -Confirm:$false | Should -BeOfType EtcdAdmin.Clusters.Members.EtcdMember
    }
}

Describe 'about_EtcdUpgrades' {
    It 'is there' { Get-Help about_EtcdUpgrades | Should -Match 'one minor version at a time' }
}
