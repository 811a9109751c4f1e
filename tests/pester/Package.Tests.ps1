# Packages for machines without a network, as an operator handles them. The programs are for a processor that this machine is
# not, so nothing is ever run and no etcd is needed.
BeforeAll {
    Set-StrictMode -Version Latest
    $module = Join-Path $PSScriptRoot '../../out/EtcdAdmin' | Resolve-Path
    Import-Module "$module/EtcdAdmin.psd1"
    $outside = @{ ETCDADMIN_HOME = $env:ETCDADMIN_HOME; ETCDADMIN_PACKAGES = $env:ETCDADMIN_PACKAGES }
    $env:ETCDADMIN_HOME = Join-Path $TestDrive 'home'
    $env:ETCDADMIN_PACKAGES = Join-Path $TestDrive 'packages'

    # Enough of a program to tell what it runs on: ELF, 64 bits, big-endian, machine 22.
    $programs = New-Item -ItemType Directory (Join-Path $TestDrive '3.5.16-linux-s390x')
    $header = [byte[]]::new(128)
    [byte[]](0x7f, 0x45, 0x4c, 0x46, 2, 2) | ForEach-Object { $i = 0 } { $header[$i++] = $_ }
    $header[19] = 22
    foreach ($name in 'etcd', 'etcdctl', 'etcdutl') { [IO.File]::WriteAllBytes((Join-Path $programs $name), $header) }

    Push-Location $TestDrive
    $save = @{ Package = $programs; Architecture = 's390x' }
    $saved = Save-EtcdPackage -Destination ./stick @save
}

AfterAll {
    Pop-Location
    foreach ($name in $outside.Keys) { Set-Item "env:$name" $outside[$name] }
}

Describe 'Save-EtcdPackage' {
    It 'writes one file under the name of a release, and says what it is' {
        $saved.Path | Should -Be (Join-Path $TestDrive 'stick/etcd-v3.5.16-linux-s390x.tar.gz')
        "$($saved.Version) $($saved.Architecture) $($saved.Programs)" | Should -Be '3.5.16 s390x etcd etcdctl etcdutl'
        $saved.Sha256 | Should -Be (Get-FileHash $saved.Path).Hash
        $saved.Size | Should -Be (Get-Item $saved.Path).Length
        Get-ChildItem ./stick | Should -HaveCount 1
    }

    It 'leaves a file alone that is there, unless forced' {
        { Save-EtcdPackage -Destination ./stick @save -ErrorAction Stop } | Should -Throw -ErrorId 'EtcdFileExists,*'
        (Save-EtcdPackage -Destination ./stick @save -Force).Sha256 | Should -Be $saved.Sha256
    }

    It 'touches nothing under -WhatIf' {
        Save-EtcdPackage -Destination ./other @save -WhatIf 6>&1 | Out-Null

        './other' | Should -Not -Exist
    }

    It 'puts one architecture into one file' {
        { Save-EtcdPackage -Destination ./a.tar.gz -Package $programs -Architecture s390x, arm64 -ErrorAction Stop } |
            Should -Throw -ErrorId 'EtcdInvalidArgument,*'
    }

    It 'says that the programs are for another processor' {
        { Save-EtcdPackage -Destination ./other -Package $programs -Architecture aarch64 -ErrorAction Stop } |
            Should -Throw -ErrorId 'EtcdArchitectureMismatch,*'
    }

    It 'saves nothing where one of the processors does not exist' {
        { Save-EtcdPackage -Destination ./both -Package $programs -Architecture s390x, vax -ErrorAction Stop } |
            Should -Throw -ErrorId 'EtcdArchitectureMismatch,*'

        './both' | Should -Not -Exist
    }
}

Describe 'Get-EtcdPackage' {
    It 'tells what a file is, by path and from the pipeline' {
        $one = Get-EtcdPackage -Path $saved.Path
        $piped = Get-ChildItem ./stick | Get-EtcdPackage

        $one.Sha256, $piped.Sha256 | Should -Be $saved.Sha256, $saved.Sha256
        "$($one.Version) $($one.Platform)" | Should -Be '3.5.16 linux-s390x'
    }

    It 'finds a damaged file, and shows the others' {
        $shelf = New-Item -ItemType Directory ./shelf
        Copy-Item $saved.Path $shelf
        [IO.File]::WriteAllBytes((Join-Path $shelf 'etcd-v3.5.17-linux-s390x.tar.gz'), [IO.File]::ReadAllBytes($saved.Path)[0..200])

        $good = Get-EtcdPackage -Path $shelf -ErrorAction SilentlyContinue -ErrorVariable failed

        $good.Version | Should -Be '3.5.16'
        $failed.FullyQualifiedErrorId | Should -BeLike 'EtcdArchiveInvalid,*'
    }

    It 'shows what the cache holds' {
        Get-EtcdPackage | Should -BeNullOrEmpty
        $null = Save-EtcdPackage -Destination ./again -Package ./stick -Architecture s390x

        (Get-EtcdPackage).Path | Should -Be (Join-Path $TestDrive 'packages/3.5.16-linux-s390x')
        Get-EtcdPackage 3.4 | Should -BeNullOrEmpty
        Get-EtcdPackage | Format-Table | Out-String | Should -Match '3\.5\.16 +linux-s390x +File +384 B'
    }

    It 'refuses what is not a version' {
        { Get-EtcdPackage newest! -ErrorAction Stop } | Should -Throw -ErrorId 'EtcdInvalidArgument,*'
    }
}
