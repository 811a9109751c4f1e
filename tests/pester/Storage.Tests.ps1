# What the commands for disks and data are, as far as that needs no host.
BeforeAll {
    Set-StrictMode -Version Latest
    $module = Join-Path $PSScriptRoot '../../out/EtcdAdmin' | Resolve-Path
    Import-Module "$module/EtcdAdmin.psd1"
    $outsideHome = $env:ETCDADMIN_HOME
    $env:ETCDADMIN_HOME = Join-Path $TestDrive 'home'
}

AfterAll { $env:ETCDADMIN_HOME = $outsideHome }

Describe 'Move-EtcdData' {
    It 'has -<_>' -ForEach 'Member', 'Cluster', 'Name', 'Device', 'FileSystem', 'Path', 'Force', 'RemoveOldData', 'Timeout', 'WhatIf', 'Confirm' {
        (Get-Command Move-EtcdData).Parameters.Keys | Should -Contain $_
    }

    It 'takes members from the pipeline' {
        (Get-Command Move-EtcdData).Parameters['Member'].Attributes.Where{ $_ -is [Parameter] }.ValueFromPipeline | Should -BeTrue
    }

    It 'knows two kinds of file systems' {
        (Get-Command Move-EtcdData).Parameters['FileSystem'].Attributes.Where{ $_ -is [ValidateSet] }.ValidValues | Should -Be 'ext4', 'xfs'
    }

    It 'says that a cluster is not known' {
        { Move-EtcdData n1 -Cluster nowhere -Path /srv/etcd -ErrorAction Stop } | Should -Throw -ErrorId 'EtcdClusterNotFound,*'
    }
}

Describe '<_> -DataDevice' -ForEach 'Install-EtcdCluster', 'Add-EtcdMember' {
    It 'can be forced' {
        (Get-Command $_).Parameters.Keys | Should -Contain 'DataDevice'
        (Get-Command $_).Parameters.Keys | Should -Contain 'Force'
    }
}

Describe 'about_EtcdStorage' {
    It 'is there' { Get-Help about_EtcdStorage | Should -Match 'data.before-move' }
}
