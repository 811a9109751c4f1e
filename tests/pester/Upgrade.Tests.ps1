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

    It 'is refused while the cluster is held, and shown' {
        (Get-EtcdCluster old).AvailableUpdate | Should -BeNullOrEmpty
        { Set-EtcdConfiguration old -VersionHold 2001-01-01 } | Should -Throw -ExpectedMessage '*in the past*'
        { Set-EtcdConfiguration old -VersionHold soon } | Should -Throw -ExpectedMessage '*is not a version hold*'
        (Set-EtcdConfiguration old -VersionHold 2099-03-01).VersionHold.Until.LocalDateTime | Should -Be ([datetime]'2099-03-01')
        (Get-EtcdCluster old | Out-String) | Should -Match '(?m)^old +1 +3\.4\.\d+ .*\n +held'
        (Set-EtcdConfiguration old -VersionHold (New-TimeSpan -Days 30)).VersionHold.Until | Should -BeGreaterThan ([DateTimeOffset]::Now.AddDays(29))
        (Get-EtcdCluster old | Set-EtcdConfiguration -VersionHold Forever).VersionHold.Until | Should -BeNullOrEmpty

        { Update-EtcdCluster old -Version 3.5 } | Should -Throw -ErrorId 'EtcdUpgradeRefused,*'
        { Update-EtcdMember * -Cluster old -Version 3.5 } | Should -Throw -ErrorId 'EtcdUpgradeRefused,*'
        $Error[0].ErrorDetails.RecommendedAction | Should -Match '-VersionHold None'
        Update-EtcdMember * -Cluster old -Version 3.5 -IgnoreCheck VersionHold -WhatIf -WarningAction SilentlyContinue
        (Test-EtcdUpgrade old -Version 3.5 | Where-Object Gate -EQ VersionHold).Result | Should -Be Fail

        (Set-EtcdConfiguration old -VersionHold None).VersionHold | Should -BeNullOrEmpty
        Set-EtcdConfiguration old -VersionHold None 6>&1 | Select-Object -First 1 | Should -Match 'nothing to do'
    }

    It 'shows a newer patch version that this machine knows of' {
        $patch = '3.4.999'
        $packages = $env:ETCDADMIN_PACKAGES ?? "$env:ETCDADMIN_HOME/packages"
        $file = "$packages/.known-versions"
        $before = if (Test-Path $file) { Get-Content $file -Raw }
        $platform = (Get-EtcdPackage | Select-Object -First 1).Platform
        try {
            Add-Content $file "$patch $platform"
            "$((Get-EtcdCluster old).AvailableUpdate)" | Should -Be $patch
            (Get-EtcdCluster old | Out-String) | Should -Match '(?m)^old +1 +3\.4\.\d+ +3\.4\.999 '
        } finally {
            if ($before) { Set-Content $file $before -NoNewline } else { Remove-Item $file }
        }
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
