// Tests the migrations of every change. Made by "pgassay init --ci jenkins"; "pgassay help ci" says more.
// Needs the plugins Docker Pipeline and JUnit. PGASSAY_URL is where your team keeps pgassay-VERSION-linux-x64.tar.xz.
pipeline {
    agent {
        docker {
            image 'debian:12'
            args '--user root'
        }
    }
    options {
        timeout(time: 15, unit: 'MINUTES')
    }
    stages {
        stage('install') {
            steps {
                sh '''
                    apt-get update
                    apt-get install --yes --no-install-recommends ca-certificates curl postgresql xz-utils
                    mkdir -p /opt/pgassay
                    curl --fail --silent --show-error --location --output /tmp/pgassay.tar.xz "${PGASSAY_URL:?set this variable}"
                    tar --extract --xz --strip-components 1 --directory /opt/pgassay --file /tmp/pgassay.tar.xz
                '''
            }
        }
        stage('migrations') {
            steps {
                sh '/opt/pgassay/bin/pgassay run --report junit --report html'
            }
        }
    }
    post {
        always {
            junit 'build/reports/junit*.xml'
            archiveArtifacts artifacts: 'build/reports/**', allowEmptyArchive: true
        }
    }
}
